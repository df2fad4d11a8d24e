import type { RecipeOf } from '#contract/stage.ts';
import { attackInSteps } from '#workers/attacks/attack-batch.ts';
import type { Effort } from '#workers/attacks/search.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { measureLosses, predict } from '#workers/networks/predict.ts';
import type { BatchFindings, EvaluatedNetwork } from './batch-findings.ts';
import { certifyBatch } from './certify-batch.ts';

/** An evaluation on the images of the task: all but the open world. */
export type TaskEvaluation = Omit<RecipeOf<'evaluate'>, 'evaluation'> & {
  readonly evaluation: Exclude<RecipeOf<'evaluate'>['evaluation'], { kind: 'open-world' }>;
};

/** Pauses wherever an attack may be given up, saying how far it is; a stop loses this batch and nothing else. */
export async function* evaluateBatch(
  { graph, parameters }: EvaluatedNetwork,
  recipe: Pick<TaskEvaluation, 'evaluation' | 'seed'>,
  batch: ExampleBatch,
): AsyncGenerator<Effort, BatchFindings, void> {
  const { evaluation, seed } = recipe;
  switch (evaluation.kind) {
    case 'clean': {
      const { classes, logits } = await predict({ graph, parameters, ...batch });
      return {
        cleanPredictions: classes,
        attackedPredictions: classes,
        survived: Uint8Array.from(classes, (label, row) => (label === batch.labels[row] ? 1 : 0)),
        distances: new Float32Array(classes.length),
        cleanLosses: measureLosses(logits, batch.labels),
        adversarial: undefined,
      };
    }
    case 'attack': {
      const { attack } = evaluation;
      const outcome = yield* attackInSteps({ attack, graph, parameters, ...batch, seed, until: 'broken' });
      const { cleanPredictions, cleanLosses, predictions, verdicts, distances, adversarial } = outcome;
      const survived = batch.labels.map((label, row) =>
        verdicts[row] === 'survived' && cleanPredictions[row] === label && predictions[row] === label ? 1 : 0,
      );
      return {
        cleanPredictions,
        attackedPredictions: predictions,
        survived: Uint8Array.from(survived),
        distances,
        cleanLosses,
        adversarial,
      };
    }
    case 'certificate':
      return yield* certifyBatch({ graph, parameters }, { certificate: evaluation.certificate, seed, batch });
  }
}
