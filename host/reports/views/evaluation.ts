import type { Attack } from '#contract/attack.ts';
import type { Certificate } from '#contract/certificate.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { evaluationName } from '#contract/evaluation-name.ts';
import { proofStatuses, type ExampleOutcomes } from '#contract/outcomes.ts';
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

/** The evaluations of a run on the images of its task, in the order of its plan; the open world is read by its own view. */
export const readEvaluations = (store: ReadableStore, stages: readonly StoredStage[]): Evaluation[] =>
  readEvaluationsOf(store, stages, (recipe) => recipe.evaluation.kind !== 'open-world');

/** The open-world measurements of a run, in the order of its plan. */
export const readOpenWorld = (store: ReadableStore, stages: readonly StoredStage[]): Evaluation[] =>
  readEvaluationsOf(store, stages, (recipe) => recipe.evaluation.kind === 'open-world');

function readEvaluationsOf(
  store: ReadableStore,
  stages: readonly StoredStage[],
  isWanted: (recipe: RecipeOf<'evaluate'>) => boolean,
): Evaluation[] {
  // The kind is asked first: recipes are parsed when they are read, and those of networks are long.
  return stages.flatMap((stage) =>
    stage.kind === 'evaluate' && stage.recipe.kind === 'evaluate' && isWanted(stage.recipe)
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

export const certificateOf = ({ recipe }: Evaluation): Certificate | undefined =>
  recipe.evaluation.kind === 'certificate' ? recipe.evaluation.certificate : undefined;

/** What tables call it: see `evaluationName`. */
export const labelOf = ({ recipe }: Pick<Evaluation, 'recipe'>): string => evaluationName(recipe.evaluation);

/** Two evaluations ask the same of two networks: the same attack or certificate on as many examples. */
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

export function measureCertified(outcomes: ExampleOutcomes | undefined): Proportion | undefined {
  if (outcomes === undefined) return undefined;
  const verified = verifiedExamples(outcomes);
  return measureProportion(
    count(verified.length, (index) => verified[index] === 1),
    verified.length,
  );
}

/** 1 for every example that was proved correct on the whole ball. */
export const verifiedExamples = ({ examples, proofs }: ExampleOutcomes): Uint8Array =>
  Uint8Array.from(examples, (_, index) =>
    proofs !== undefined && proofStatuses[proofs.statuses[index]!] === 'verified' ? 1 : 0,
  );

/**
 * Pruned over dense; nothing where so few images of the dense network count that its interval reaches below half of
 * what was measured: a ratio to next to nothing says nothing.
 */
export function retentionOf(
  pruned: Proportion | undefined,
  dense: Proportion | undefined,
): number | undefined {
  if (pruned === undefined || dense === undefined) return undefined;
  if (dense.value === 0 || dense.low < dense.value / 2) return undefined;
  return pruned.value / dense.value;
}

function count(length: number, holds: (index: number) => boolean): number {
  let found = 0;
  for (let index = 0; index < length; index += 1) if (holds(index)) found += 1;
  return found;
}
