import * as tf from '@tensorflow/tfjs-core';
import { made } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

const reductions: Record<string, (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
};
export const alongAxes: readonly OperationCase[] = [
  ...Object.entries(reductions).flatMap(([name, apply]) =>
    [undefined, 0, [1, 2], [0, 3], 3].flatMap((axis) =>
      [false, true].map((keep) => ({
        name: `${name} along ${String(axis)}${keep ? ', kept' : ''}`,
        compute: () => apply(made([2, 3, 4, 5]), axis, keep),
      })),
    ),
  ),
  {
    name: 'sum of a convolution along rows',
    compute: () =>
      tf.sum(tf.conv2d(made([2, 5, 5, 3]) as tf.Tensor4D, made([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same'), [1]),
  },
  {
    name: 'all, any',
    compute: () =>
      tf.stack([tf.all(tf.greater(made([4, 3]), -2), 1), tf.any(tf.greater(made([4, 3]), 0.5), 1)]),
  },
  { name: 'argMax', compute: () => tf.argMax(made([4, 9]), 1) },
  { name: 'argMin along 0', compute: () => tf.argMin(made([4, 9]), 0) },
  {
    name: 'argMax of equal values takes the first',
    compute: () =>
      tf.argMax(
        tf.tensor2d([
          [1, 3, 3],
          [2, 2, 2],
        ]),
        1,
      ),
  },
  { name: 'cumsum', compute: () => tf.cumsum(made([3, 5]), 1, true, true) },
  { name: 'softmax', compute: () => tf.softmax(tf.mul(made([4, 9]), 50)) },
  { name: 'logSoftmax', compute: () => tf.logSoftmax(tf.mul(made([4, 9]), 50)) },
  { name: 'logSumExp', compute: () => tf.logSumExp(tf.mul(made([4, 9]), 50), 1) },
];
