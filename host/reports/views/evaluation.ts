import { attackName, type Attack } from '#contract/attack.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { Proportion } from '#contract/views.ts';
import type { ReadableStore, StoredStage } from '#host/store/store.ts';
import { measureProportion } from '../statistics/proportion.ts';

/** One evaluation of a run with what it found; no outcomes until it is done. */
export type Evaluation = {
  readonly stage: StoredStage;
  readonly recipe: RecipeOf<'evaluate'>;
  readonly outcomes: ExampleOutcomes | undefined;
};

/** The evaluations of a run, in the order of its plan. */
export function readEvaluations(store: ReadableStore, stages: readonly StoredStage[]): Evaluation[] {
  return stages.flatMap((stage) =>
    stage.recipe.kind === 'evaluate'
      ? [
          {
            stage,
            recipe: stage.recipe,
            outcomes: stage.state === 'done' ? store.outcomes(stage.key) : undefined,
          },
        ]
      : [],
  );
}

export const attackOf = ({ recipe }: Evaluation): Attack | undefined =>
  recipe.evaluation.kind === 'attack' ? recipe.evaluation.attack : undefined;

export const labelOf = (attack: Attack | undefined): string =>
  attack === undefined ? 'clean' : attackName(attack);

/** Two evaluations ask the same of two networks: the same attack on as many examples. */
export const askTheSame = (one: Evaluation, other: Evaluation): boolean =>
  one.recipe.examples === other.recipe.examples &&
  canonicalJson(one.recipe.evaluation) === canonicalJson(other.recipe.evaluation);

export function measureClean(outcomes: ExampleOutcomes | undefined): Proportion | undefined {
  if (outcomes === undefined) return undefined;
  const { labels, cleanPredictions } = outcomes;
  return measureProportion(
    count(labels.length, (index) => cleanPredictions[index] === labels[index]),
    labels.length,
  );
}

export function measureAttacked(outcomes: ExampleOutcomes | undefined): Proportion | undefined {
  if (outcomes === undefined) return undefined;
  const { survived } = outcomes;
  return measureProportion(
    count(survived.length, (index) => survived[index] === 1),
    survived.length,
  );
}

/** Pruned over dense; nothing where the dense network keeps nothing. */
export function retentionOf(
  pruned: Proportion | undefined,
  dense: Proportion | undefined,
): number | undefined {
  if (pruned === undefined || dense === undefined || dense.value === 0) return undefined;
  return pruned.value / dense.value;
}

function count(length: number, holds: (index: number) => boolean): number {
  let found = 0;
  for (let index = 0; index < length; index += 1) if (holds(index)) found += 1;
  return found;
}
