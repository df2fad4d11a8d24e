import type { NetworkGraph } from '#contract/network.ts';
import type { Ball } from '#contract/quantities.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
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
  const seen = await predict({ graph, parameters, images: adversarial, labels });
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
    losses: seen.losses,
  };
}

/** In float64, rounded once; a value that is no number becomes the image's own. */
function clipToBall(
  candidates: Float32Array,
  images: Float32Array,
  ball: Ball,
  graph: NetworkGraph,
): Float32Array {
  const clipped = new Float32Array(images.length);
  const size = graph.inputShape.reduce((a, b) => a * b, 1);
  for (let start = 0; start < images.length; start += size) {
    const scale = shrinkage(candidates, images, ball, [start, start + size]);
    for (let i = start; i < start + size; i += 1) {
      const origin = images[i]!;
      const moved = offset(candidates[i]!, origin) * scale;
      const inside = ball.norm === 'linf' ? clamp(moved, -ball.epsilon, ball.epsilon) : moved;
      clipped[i] = clamp(origin + inside, 0, 1);
    }
  }
  return clipped;
}

/** By how much an L2 perturbation must shrink to fit; the max norm is clipped value by value instead. */
function shrinkage(
  candidates: Float32Array,
  images: Float32Array,
  ball: Ball,
  [start, end]: readonly [number, number],
): number {
  if (ball.norm === 'linf') return 1;
  let squares = 0;
  for (let i = start; i < end; i += 1) squares += offset(candidates[i]!, images[i]!) ** 2;
  return Math.min(1, ball.epsilon / Math.max(Math.sqrt(squares), 1e-12));
}

function measureDistances(
  points: Float32Array,
  images: Float32Array,
  ball: Ball,
  graph: NetworkGraph,
): Float32Array {
  const size = graph.inputShape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: images.length / size }, (_, example) => {
    let greatest = 0;
    let squares = 0;
    for (let i = example * size; i < (example + 1) * size; i += 1) {
      const moved = Math.abs(points[i]! - images[i]!);
      greatest = Math.max(greatest, moved);
      squares += moved ** 2;
    }
    return ball.norm === 'linf' ? greatest : Math.sqrt(squares);
  });
}

const offset = (candidate: number, origin: number): number =>
  Number.isFinite(candidate) ? candidate - origin : 0;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
