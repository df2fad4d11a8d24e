import { inputsOf, type StageKey } from '#contract/stage.ts';
import type { StageState } from '#contract/run.ts';
import type { StoredStage } from '#host/store/store.ts';

const underWay: ReadonlySet<StageState> = new Set<StageState>(['running', 'stopping', 'interrupted']);

/** Whether anything of a study can still happen: a queued stage whose inputs were given up never will. */
export function isOver(stages: readonly StoredStage[]): boolean {
  const byKey = new Map(stages.map((stage) => [stage.key, stage]));
  const waiting = new Map<StageKey, boolean>();
  const canHappen = (stage: StoredStage): boolean => {
    const known = waiting.get(stage.key);
    if (known !== undefined) return known;
    const can = underWay.has(stage.state) || (stage.state === 'queued' && inputsCome(stage));
    waiting.set(stage.key, can);
    return can;
  };
  const inputsCome = (stage: StoredStage): boolean =>
    Object.values(inputsOf(stage.recipe))
      .flatMap((key) => byKey.get(key) ?? [])
      .every((input) => input.state === 'done' || canHappen(input));
  return !stages.some(canHappen);
}

/** Stages that ended between two looks, in the order of the plan. */
export function endedSince(
  before: ReadonlyMap<StageKey, StageState>,
  stages: readonly StoredStage[],
): StoredStage[] {
  return stages.filter(({ key, state }) => hasEnded(state) && before.has(key) && before.get(key) !== state);
}

export const statesOf = (stages: readonly StoredStage[]): ReadonlyMap<StageKey, StageState> =>
  new Map(stages.map(({ key, state }) => [key, state]));

const hasEnded = (state: StageState): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled';
