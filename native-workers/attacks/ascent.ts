import {
  add,
  cast,
  concat,
  customGrad,
  grad,
  greater,
  keep,
  max,
  mul,
  reshape,
  sub,
  sum,
  tidy,
  zerosLike,
  type Rank,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { PgdAttack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { forwardThrough } from '#workers/networks/forward.ts';
import { crossEntropy, margin } from '#workers/networks/losses.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { Companion } from './companion.ts';

/** What is climbed. */
export type Slope = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly loss: PgdAttack['loss'];
  /** One-hot [batch, classes]: the labels to leave, or the targets to reach. */
  readonly watched: Tensor2D;
  readonly goal: 'leave' | 'reach';
  /** Climbed as well. */
  readonly companion?: Companion;
};

/**
 * The direction that raises the loss on `watched` (or lowers it, to reach a target), and what the network shows,
 * from one pass through it. Both are the caller's.
 */
export function ascentAt(
  points: Tensor4D,
  slope: Slope,
): { readonly ascent: Tensor4D; readonly shown: Tensor2D } {
  const { loss, watched, goal, companion } = slope;
  const perExample = loss === 'margin' ? margin : crossEntropy;
  return tidy(() => {
    let shown: Tensor2D | undefined;
    const ascend = grad((x: Tensor) => {
      const { logits, scores } = look(x as Tensor4D, slope);
      shown = keep(beside(logits, scores));
      const total = sum(perExample(logits, watched));
      const toGoal = goal === 'leave' ? total : mul(total, -1);
      return scores === undefined || companion === undefined
        ? toGoal
        : add<Scalar>(toGoal, mul(sum(whereReached(scores, logits, watched)), companion.weight));
    });
    const ascent = ascend(points) as Tensor4D;
    return { ascent, shown: shown! };
  });
}

/**
 * The scores of the examples that are on target, 0 for the others: before, a score would climb towards the class that
 * is to be left (selective descent, Bryniarski et al. 2021, arXiv:2106.15023, section 4.1).
 */
function whereReached(scores: Tensor, logits: Tensor2D, watched: Tensor2D): Tensor {
  const selected = customGrad((...given) => {
    const [score, z, save] = given as unknown as [Tensor, Tensor, (tensors: Tensor[]) => void];
    const others = max(sub(z, mul(watched, 1e9)), 1);
    const reached = cast(greater(sum(mul(z, watched), 1), others), 'float32');
    save([reached, z]);
    return {
      value: mul(score, reached),
      gradFunc: (dy: Tensor, saved: Tensor[]) => [mul(dy, saved[0]!), zerosLike(saved[1]!)],
    };
  });
  return selected(scores, logits);
}

/** What the network shows at the points: logits [batch, classes], and with a companion its score as one column more. */
export function showAt(points: Tensor4D, slope: Slope): Tensor2D {
  return tidy(() => {
    const { logits, scores } = look(points, slope);
    return beside(logits, scores);
  });
}

function look(points: Tensor4D, { graph, parameters, watched, companion }: Slope) {
  const reads = companion?.reads ?? [];
  const { logits, activations } = forwardThrough(graph, parameters, { images: points, reads });
  return { logits, scores: companion?.score({ logits, activations, watched }) };
}

const beside = (logits: Tensor2D, scores: Tensor | undefined): Tensor2D =>
  scores === undefined ? logits : concat([logits, reshape<Rank.R2>(scores, [-1, 1])], 1);
