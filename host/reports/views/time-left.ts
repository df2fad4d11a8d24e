import { inputsOf, type StageKey, type StageKind } from '#contract/stage.ts';
import { estimateSeconds } from '#host/planner/estimate-plan.ts';
import type { Speeds } from '#contract/plan.ts';
import type { StoredStage } from '#host/store/store.ts';

/** Share of a stage after which its own pace says something. */
const tellingShare = 0.02;

export type TimeLeft = { readonly speeds: Speeds; readonly slots: number; readonly now: number };

/**
 * Seconds until the given stages are done when all slots work on them; nothing before any comparable work was measured,
 * and nothing when nothing is left.
 */
export function estimateTimeLeft(
  stages: readonly StoredStage[],
  { speeds, slots, now }: TimeLeft,
): number | undefined {
  const open = reachable(stages);
  if (open.length === 0) return undefined;
  const work: Partial<Record<StageKind, number>> = {};
  for (const stage of open) work[stage.kind] = (work[stage.kind] ?? 0) + stage.work * (1 - shareDone(stage));
  const seconds = estimateSeconds(work, { ...liveSpeeds(open, now), ...speeds });
  return seconds === undefined ? undefined : seconds / Math.max(1, Math.min(slots, open.length));
}

/** Stages that will be executed as things stand: open, and not behind one that failed or was cancelled. Inputs come first. */
function reachable(stages: readonly StoredStage[]): StoredStage[] {
  const ended = new Set<StageKey>();
  const isBehind = ({ recipe }: StoredStage): boolean =>
    ended.size > 0 && Object.values(inputsOf(recipe)).some((input) => ended.has(input));
  return stages.filter((stage) => {
    if (stage.state === 'failed' || stage.state === 'cancelled' || isBehind(stage)) ended.add(stage.key);
    else return stage.state !== 'done';
    return false;
  });
}

const shareDone = ({ state, progress }: StoredStage): number =>
  state === 'running' && progress !== undefined ? Math.min(1, progress.done / progress.total) : 0;

/** What running stages show before the first of their kind is done. */
function liveSpeeds(stages: readonly StoredStage[], now: number): Speeds {
  const speeds: Partial<Record<StageKind, number>> = {};
  for (const stage of stages) {
    const share = shareDone(stage);
    const seconds = (now - (stage.startedAt ?? now)) / 1000;
    if (share > tellingShare && seconds > 1) speeds[stage.kind] = (stage.work * share) / seconds;
  }
  return speeds;
}
