import { avgPool, engine, zeros, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';
import type { NodeOf } from './rule.ts';

export const averagePoolRule = affineRule<'average-pool'>({
  weigh: average,
  weighAbsolute: average,
  // The kernel takes the pool's input for its shape alone.
  weighTransposed: ({ input, window, stride }, y, { shapes }) =>
    engine().runKernel<Tensor>(
      'AvgPoolGrad',
      { dy: y, input: zeros([y.shape[0], ...shapes.get(input)!]) },
      {
        filterSize: window,
        strides: stride,
        pad: 'valid',
      },
    ),
  bias: () => undefined,
});

function average({ window, stride }: NodeOf<'average-pool'>, x: Tensor): Tensor {
  return avgPool(x as Tensor4D, window, stride, 'valid');
}
