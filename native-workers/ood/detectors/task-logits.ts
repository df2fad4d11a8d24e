import { slice, type Tensor2D } from '@tensorflow/tfjs-core';
import { taskClassCount, type NetworkGraph } from '#contract/network.ts';

/** [batch, classes of the task] of logits [batch, classes]: the background class, the last, is left out. */
export function taskLogits(graph: NetworkGraph, logits: Tensor2D): Tensor2D {
  return graph.background === true ? slice(logits, [0, 0], [logits.shape[0], taskClassCount(graph)]) : logits;
}
