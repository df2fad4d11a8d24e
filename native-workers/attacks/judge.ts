import type { NetworkGraph } from '#contract/network.ts';
import type { Ball } from '#contract/quantities.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { measureLosses, predict } from '#workers/networks/predict.ts';
import { clipToBall, measureDistances } from './ball.ts';
import { noTarget } from './targets.ts';

export type Verdict = 'broken' | 'survived';

export type Judgement = {
  readonly adversarial: Float32Array;
  readonly verdicts: readonly Verdict[];
  readonly predictions: Int32Array;
  readonly confidences: Float32Array;
  readonly losses: Float32Array;
  readonly distances: Float32Array;
};

/** Rounding of a float32 image may carry a point this far out of its ball. */
const distanceTolerance = 1e-6;

/**
 * Decides what a search found, trusting nothing of it: clips every candidate to ball and box once more, measures
 * its distance, evaluates the network on it anew. Untargeted (target -1): broken if misclassified.
 * Targeted: broken if the target is reached. In a targeted attack an example without target survives.
 */
export async function judge(input: {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly attack: { readonly kind: string; readonly target?: 'none' | 'random' | number };
  readonly ball: Ball;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly targets: Int32Array;
  readonly candidates: Float32Array;
}): Promise<Judgement> {
  const { graph, parameters, ball, images, labels, targets } = input;
  const adversarial = clipToBall(input.candidates, images, ball, graph);
  const distances = measureDistances(adversarial, images, ball, graph);
  const outside = distances.findIndex((distance) => !(distance <= ball.epsilon + distanceTolerance));
  if (outside >= 0)
    throw new RangeError(
      `A clipped candidate lies ${distances[outside]} from its image, outside the ${ball.norm} ball of radius ${ball.epsilon}.`,
    );
  const seen = await predict({ graph, parameters, images: adversarial });
  const isTargeted = (input.attack.target ?? 'none') !== 'none';
  const verdicts = Array.from(labels, (label, i): Verdict => {
    const predicted = seen.classes[i]!;
    const target = targets[i]!;
    const broken = isTargeted ? target !== noTarget && predicted === target : predicted !== label;
    return broken ? 'broken' : 'survived';
  });
  return {
    adversarial,
    verdicts,
    distances,
    predictions: seen.classes,
    confidences: seen.confidences,
    losses: measureLosses(seen.logits, labels),
  };
}
