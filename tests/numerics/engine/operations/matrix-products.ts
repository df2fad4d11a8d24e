import * as tf from '@tensorflow/tfjs-core';
import { made, runKernel } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

export const matrixProducts: readonly OperationCase[] = [
  ...[
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].flatMap(([a, b]) =>
    [1, 3].map((batch) => ({
      name: `matMul${a ? ', a transposed' : ''}${b ? ', b transposed' : ''}, batch ${batch}`,
      compute: () =>
        tf.matMul(made(a ? [batch, 5, 4] : [batch, 4, 5]), made(b ? [batch, 3, 5] : [batch, 5, 3], 1), a, b),
    })),
  ),
  {
    name: 'matMul of a transpose',
    compute: () => tf.matMul(tf.transpose(made([5, 4])), tf.transpose(made([3, 5], 1))),
  },
  {
    name: 'fused matMul with bias and ReLU',
    compute: () =>
      runKernel(
        '_FusedMatMul',
        { a: made([1, 5, 7]), b: made([1, 7, 3], 1), bias: made([3], 2) },
        { transposeA: false, transposeB: false, activation: 'relu' },
      ),
  },
];
