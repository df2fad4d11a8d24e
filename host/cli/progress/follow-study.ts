import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '#host/main.ts';
import { estimateTimeLeft } from '#host/reports/views/time-left.ts';
import type { StoredStage } from '#host/store/store.ts';
import { createBars } from './bars.ts';
import { createLines } from './lines.ts';
import { shareOf } from './progress-text.ts';
import type { ProgressView, StudyMoment } from './progress-view.ts';
import { endedSince, isOver, statesOf } from './study-state.ts';

const lookMs = 300;

export type Followed = { readonly host: Host; readonly study: number; readonly signal: AbortSignal };

/** Shows a study until nothing of it can happen any more, or the signal says stop. */
export async function followStudy({ host, study, signal }: Followed, view: ProgressView): Promise<void> {
  let before = statesOf(host.store.stagesOfStudy(study));
  while (!signal.aborted) {
    const stages = host.store.stagesOfStudy(study);
    view.show(momentOf(host, stages, endedSince(before, stages)));
    before = statesOf(stages);
    if (isOver(stages)) return;
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

export const createProgressView = (name: string): ProgressView =>
  process.stderr.isTTY
    ? createBars(name)
    : createLines((line) => {
        console.log(line);
      }, Date.now);

function momentOf(host: Host, stages: readonly StoredStage[], ended: readonly StoredStage[]): StudyMoment {
  const running = stages.filter(({ state }) => state === 'running' || state === 'stopping');
  const total = stages.reduce((sum, stage) => sum + stage.work, 0);
  return {
    stages,
    ended,
    running: running.map((stage) => ({
      stage,
      progress: host.farm()?.progress(stage.key) ?? stage.progress,
    })),
    share: total === 0 ? 0 : stages.reduce((sum, stage) => sum + workDone(stage), 0) / total,
    secondsLeft: estimateTimeLeft(stages, {
      speeds: host.store.measuredSpeeds(),
      slots: host.devices.reduce(
        (sum, { slots, availability }) => sum + (availability.kind === 'available' ? slots : 0),
        0,
      ),
      now: Date.now(),
    }),
  };
}

function workDone({ state, work, progress }: StoredStage): number {
  if (state === 'done') return work;
  return progress === undefined ? 0 : work * shareOf(progress);
}
