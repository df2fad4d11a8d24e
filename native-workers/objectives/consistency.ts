import {
  add,
  concat,
  dispose,
  mul,
  slice,
  tidy,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { crossEntropy, divergence } from '#workers/networks/losses.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descend } from './descend.ts';
import type { Descent, ObjectiveContext } from './objective-rule.ts';

/**
 * Cross-entropy of the images plus `weight` times the divergence of what the network says of `changed` images (disposed
 * here) from what it says of the images. Both go through one pass, so that batch-norm is the same function for both.
 */
export function descendOnConsistency(context: ObjectiveContext, changed: Tensor4D, weight: number): Descent {
  const { graph, batch } = context;
  const count = batch.labels.length;
  const images = imageTensor(graph, batch.images);
  const both = tidy(() => concat([images, changed]));
  dispose([images, changed]);
  return descend(context, both, ({ logits }, labels) => {
    const half = (first: number): Tensor2D => slice(logits, [first, 0], [count, graph.classCount]);
    const [seen, changedLogits] = [half(0), half(count)];
    const apart = mul<Tensor1D>(divergence(seen, changedLogits), weight);
    return { losses: add<Tensor1D>(crossEntropy(seen, labels), apart), scores: changedLogits };
  });
}
