import pc from 'picocolors';
import type { DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { startHost, type Host } from '#host/main.ts';
import { withLayers } from '#host/reports/study/read-report-layers.ts';
import { readStudyReport } from '#host/reports/study/read-study-report.ts';
import type { StudyReport } from '#host/reports/study/study-report.ts';
import { describeIssues, submitStudy } from '#host/server/submit-study.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { tellStepDown, workOptionsOf } from './options.ts';
import { listenForInterruption } from './interruption.ts';
import { createProgressView, followStudy } from './progress/follow-study.ts';
import type { ProgressView } from './progress/progress-view.ts';

export type RunStudyOptions = DiscoveryOptions & {
  readonly yaml: string;
  /** How messages name the study's text. */
  readonly file: string;
  readonly workspace: string | undefined;
};
export type RanStudy = {
  readonly exitCode: number;
  readonly host: Host;
  readonly report: StudyReport;
};

/**
 * Submits a study and stays with it to its end. `finish` may write things down before the host stops.
 * Returns the exit code.
 */
export async function runStudy(
  options: RunStudyOptions,
  finish: (ran: RanStudy) => void | Promise<void>,
): Promise<number> {
  const host = await startHost({ ...workOptionsOf(options), workspace: options.workspace });
  tellStepDown(host.devices, options);
  const interruption = listenForInterruption(() => {
    console.error(stopNotice(host));
  });
  interruption.onImpatience(() => {
    void host.stop({ soft: false }).finally(() => process.exit(exitCodes.interrupted));
  });
  try {
    const study = submit(host, options);
    await follow(host, study, interruption.signal);
    const report = await readReport(host, study);
    const exitCode = interruption.signal.aborted ? exitCodes.interrupted : exitCodeOf(report);
    if (exitCode !== exitCodes.interrupted) await finish({ exitCode, host, report });
    return exitCode;
  } finally {
    await host.stop({ soft: true });
    interruption.close();
  }
}

function submit(host: Host, { yaml, file }: RunStudyOptions): number {
  const { store, workspace } = host;
  const submitted = submitStudy({ store, workspace, yaml, at: Date.now() });
  if (submitted.kind === 'invalid') {
    const { issues } = submitted;
    console.error(describeIssues(issues, file));
    throw new UsageError(
      `${issues.length === 1 ? 'One thing is' : `${issues.length} things are`} wrong with the study; nothing was started.`,
    );
  }
  const { plan, id } = submitted;
  putFirst(host, id);
  host.submitted();
  const shared = plan.unsharedStageCount - plan.stages.length;
  const done = store.doneStages(plan.stages.map(({ key }) => key)).size;
  const parts = [
    `${plan.runs.length} runs`,
    `${plan.stages.length} stages`,
    ...(shared > 0 ? [`${shared} shared`] : []),
    ...(done > 0 ? [`${done} already done`] : []),
  ];
  console.log(`${pc.bold(plan.header.name)}: ${parts.join(', ')}`);
  return id;
}

/** Whoever runs a study waits for it: what older studies left unfinished in the workspace comes after it. */
function putFirst({ store, workedBy }: Host, id: number): void {
  if (workedBy() !== undefined) return;
  const others = store.studies().filter((study) => study.id !== id);
  const highest = Math.max(...others.map(({ priority }) => priority), -1);
  if ((store.study(id)?.priority ?? 0) <= highest) store.setPriority(id, highest + 1);
}

async function follow(host: Host, study: number, signal: AbortSignal): Promise<void> {
  const view = createProgressView(host.store.study(study)?.name ?? '');
  try {
    sayWhoWorks(host, view);
    await followStudy({ host, study, signal }, view);
  } finally {
    view.close();
  }
}

function sayWhoWorks(host: Host, view: ProgressView): void {
  const pid = host.workedBy();
  if (pid !== undefined)
    view.say(
      `Process ${pid} already works on ${host.workspace.folder}: the study is in its queue, and is watched here.`,
    );
  if (!host.store.isFarmPaused()) return;
  if (pid === undefined) {
    host.farm()?.resume();
    view.say('The farm was paused; it goes on now.');
  } else view.say('The farm is paused; resume it in the window.');
}

const stopNotice = (host: Host): string =>
  host.farm() === undefined
    ? 'Watching ends; the other process goes on with the study.'
    : 'Stopping after a checkpoint; the same command goes on from there. Ctrl+C again stops at once.';

async function readReport({ store, workspace }: Host, study: number): Promise<StudyReport> {
  const stored = store.study(study);
  if (stored === undefined) throw new Error(`Study ${study} was removed while it was running.`);
  const source = { store, workspace, at: Date.now() };
  return withLayers(source, readStudyReport(source, stored));
}

const exitCodeOf = ({ runs, contradictions }: StudyReport): number =>
  runs.every(({ state }) => state === 'done') && contradictions.length === 0
    ? exitCodes.done
    : exitCodes.someFailed;
