import * as tf from '@tensorflow/tfjs-core';
import { made } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

export const rearrangements: readonly OperationCase[] = [
  ...[
    [0, 1, 2, 3],
    [0, 3, 1, 2],
    [3, 2, 0, 1],
    [1, 0, 3, 2],
  ].map((perm) => ({
    name: `transpose by ${perm.join()}`,
    compute: () => tf.add(tf.transpose(made([2, 3, 4, 5]), perm), 1),
  })),
  {
    name: 'transpose of a transpose',
    compute: () => tf.transpose(tf.relu(tf.transpose(made([2, 3, 4]), [2, 0, 1])), [1, 0, 2]),
  },
  {
    name: 'reshape of a transpose',
    compute: () => tf.reshape(tf.transpose(tf.relu(made([2, 3, 4])), [2, 0, 1]), [-1, 3]),
  },
  {
    name: 'reshape of a convolution',
    compute: () =>
      tf.reshape(
        tf.conv2d(made([2, 5, 4, 3]) as tf.Tensor4D, made([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same'),
        [2, -1],
      ),
  },
  { name: 'slice', compute: () => tf.slice(made([4, 5, 6]), [1, 0, 2], [2, -1, 3]) },
  { name: 'stridedSlice', compute: () => tf.stridedSlice(made([7, 6]), [1, 4], [7, 0], [2, -2]) },
  {
    name: 'slice of a convolution',
    compute: () =>
      tf.slice(
        tf.conv2d(made([2, 5, 4, 3]) as tf.Tensor4D, made([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same'),
        [0, 1, 2, 1],
        [2, 3, 2, 2],
      ),
  },
  { name: 'concat', compute: () => tf.concat([made([2, 3]), made([2, 1], 1), made([2, 4], 2)], 1) },
  {
    name: 'concat of convolutions along channels',
    compute: () => {
      const y = tf.conv2d(made([2, 5, 4, 3]) as tf.Tensor4D, made([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same');
      return tf.concat([y, made([2, 5, 4, 2])], 3);
    },
  },
  { name: 'stack and unstack', compute: () => tf.stack([...tf.unstack(made([3, 4]), 1), made([3], 3)], 1) },
  { name: 'split', compute: () => tf.split(made([2, 6]), [1, 2, 3], 1)[2]! },
  { name: 'gather', compute: () => tf.gather(made([5, 3]), tf.tensor1d([4, 0, 4, 2], 'int32')) },
  {
    name: 'gather along the last axis',
    compute: () =>
      tf.gather(
        made([2, 5]),
        tf.tensor2d(
          [
            [4, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
  },
  {
    name: 'pad',
    compute: () =>
      tf.pad(
        made([2, 3, 3, 2]),
        [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ],
        0.5,
      ),
  },
  {
    name: 'mirrorPad',
    compute: () =>
      tf.mirrorPad(
        made([4, 5]),
        [
          [1, 2],
          [2, 1],
        ],
        'reflect',
      ),
  },
  {
    name: 'mirrorPad, edges repeated',
    compute: () =>
      tf.mirrorPad(
        made([4, 5]),
        [
          [1, 2],
          [2, 1],
        ],
        'symmetric',
      ),
  },
  { name: 'tile', compute: () => tf.tile(made([2, 3]), [2, 3]) },
  { name: 'reverse', compute: () => tf.reverse(made([2, 3, 4]), [0, 2]) },
];
