import { mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Random } from '#workers/array/random.ts';

/**
 * Dropout in training (Srivastava et al. 2014), scaled so that evaluation needs nothing: each value is zero with
 * probability `rate`, else divided by 1 - rate. Every example has its own stream, whatever else is in the batch.
 */
export function dropValues(x: Tensor, rate: number, streamOf: (row: number) => Random): Tensor {
  const size = sizeOf(x.shape.slice(1));
  const kept = new Float32Array(x.size);
  for (let row = 0; row < x.shape[0]; row += 1) {
    const random = streamOf(row);
    for (let i = row * size; i < (row + 1) * size; i += 1)
      kept[i] = random.nextUniform() < rate ? 0 : 1 / (1 - rate);
  }
  return mul(x, tensor(kept, x.shape));
}
