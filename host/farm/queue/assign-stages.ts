import { stageKinds, type StageKey, type StageKind } from '#contract/stage.ts';
import type { StageState } from '#contract/run.ts';

/** What choosing needs to know of a stage that is not done yet. */
export type WaitingStage = {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly state: StageState;
  /** Higher goes first. */
  readonly priority: number;
  /** When it was asked for; whoever asked first goes first. Unix milliseconds. */
  readonly queuedAt: number;
  readonly inputs: readonly { readonly key: StageKey; readonly state: StageState }[];
};

export type Assignment<Stage extends WaitingStage> = { readonly stage: Stage; readonly slot: string };

/**
 * Which stage goes to which free slot: by priority, then the study that was submitted first, then breadth (all
 * pre-training before any evaluation, so that slots stay busy), then the order in which the stages were given.
 * Pure and stable; no stage and no slot is used twice.
 */
export function assignStages<Stage extends WaitingStage>(
  stages: readonly Stage[],
  freeSlots: readonly string[],
): Assignment<Stage>[] {
  const slots = [...new Set(freeSlots)];
  const ready = [...distinct(stages.filter(isReady))].sort(byTurn);
  return slots.flatMap((slot, index) => {
    const stage = ready[index];
    return stage === undefined ? [] : [{ stage, slot }];
  });
}

/** An interrupted stage goes on by itself; it keeps the place in the queue that it had. */
export const isReady = (stage: WaitingStage): boolean =>
  (stage.state === 'queued' || stage.state === 'interrupted') &&
  stage.inputs.every((input) => input.state === 'done');

/** `Array.prototype.sort` is stable, so the given order decides last. */
const byTurn = (left: WaitingStage, right: WaitingStage): number =>
  right.priority - left.priority ||
  left.queuedAt - right.queuedAt ||
  stageKinds.indexOf(left.kind) - stageKinds.indexOf(right.kind);

const distinct = <Stage extends WaitingStage>(stages: readonly Stage[]): Iterable<Stage> =>
  new Map(stages.map((stage) => [stage.key, stage])).values();
