import type { RecipeOf } from '#contract/stage.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import type { NetworkGraph } from '#contract/network.ts';

/** What an evaluation found out about each example of one batch. */
export type BatchFindings = {
  readonly cleanPredictions: Int32Array;
  readonly attackedPredictions: Int32Array;
  /** 1: correct before and after. */
  readonly survived: Uint8Array;
  readonly distances: Float32Array;
  /** Cross-entropy of the true label on the attacked image; on the clean one where no attack ran. */
  readonly losses: Float32Array;
  /** Laid out as the batch's images; nothing where no attack ran. */
  readonly adversarial: Float32Array | undefined;
};

export type EvaluatedNetwork = { readonly graph: NetworkGraph; readonly parameters: ParameterTensors };

export async function evaluateBatch(
  { graph, parameters }: EvaluatedNetwork,
  recipe: Pick<RecipeOf<'evaluate'>, 'evaluation' | 'seed'>,
  batch: ExampleBatch,
): Promise<BatchFindings> {
  const { evaluation, seed } = recipe;
  switch (evaluation.kind) {
    case 'clean': {
      const { classes, losses } = await predict({ graph, parameters, ...batch });
      return {
        cleanPredictions: classes,
        attackedPredictions: classes,
        survived: Uint8Array.from(classes, (label, row) => (label === batch.labels[row] ? 1 : 0)),
        distances: new Float32Array(classes.length),
        losses,
        adversarial: undefined,
      };
    }
    case 'attack': {
      const outcome = await attackBatch({
        attack: evaluation.attack,
        graph,
        parameters,
        ...batch,
        seed,
        until: 'end',
      });
      const { cleanPredictions, predictions, verdicts, distances, losses, adversarial } = outcome;
      const survived = batch.labels.map((label, row) =>
        verdicts[row] === 'survived' && cleanPredictions[row] === label && predictions[row] === label ? 1 : 0,
      );
      return {
        cleanPredictions,
        attackedPredictions: predictions,
        survived: Uint8Array.from(survived),
        distances,
        losses,
        adversarial,
      };
    }
  }
}
