import { grad, keep, mul, sum, tidy, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { PgdAttack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { forward } from '#workers/networks/forward.ts';
import { crossEntropy, margin } from '#workers/networks/losses.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';

/** What is climbed. */
export type Slope = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly loss: PgdAttack['loss'];
  /** One-hot [batch, classes]: the labels to leave, or the targets to reach. */
  readonly watched: Tensor2D;
  readonly goal: 'leave' | 'reach';
};

/**
 * The direction that raises the loss on `watched` (or lowers it, to reach a target), and the logits, from one pass
 * through the network. Both are the caller's.
 */
export function ascentAt(
  points: Tensor4D,
  slope: Slope,
): { readonly ascent: Tensor4D; readonly logits: Tensor2D } {
  const { graph, parameters, loss, watched, goal } = slope;
  const perExample = loss === 'margin' ? margin : crossEntropy;
  return tidy(() => {
    let logits: Tensor2D | undefined;
    const ascend = grad((x: Tensor) => {
      logits = keep(forward(graph, parameters, x as Tensor4D));
      const total = sum(perExample(logits, watched));
      return goal === 'leave' ? total : mul(total, -1);
    });
    const ascent = ascend(points) as Tensor4D;
    return { ascent, logits: logits! };
  });
}
