import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { normalizeByBatch } from '#workers/networks/batch-norm.ts';
import { batteryEngines } from '../../installed-engines.ts';
import { moved, seenBy, squaredLength } from '../seen-by.ts';
import { withEngine } from '../with-engine.ts';
import { expectClose } from './expect-close.ts';
import { smallTraining } from './small-training.ts';

const { graph, start, batch } = smallTraining([10, 9, 1]);

describe.each(batteryEngines)('derivatives on %s, by finite differences', (kind) => {
  withEngine(kind);

  const functions: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
    'sum of a broadcast sum': (x) => tf.square(tf.add(x, tf.tensor2d([1, 2, 3], [1, 3]))),
    'broadcast operand of a product': (x) => tf.mul(tf.sum(x, 0, true), tf.add(x, 1)),
    'quotient, both ways': (x) => tf.div(tf.add(x, 3), tf.add(tf.square(x), 2)),
    difference: (x) => tf.square(tf.sub(tf.sum(x, 1, true), x)),
    'reshaped and transposed': (x) => tf.mul(tf.transpose(tf.reshape(x, [3, 4]), [1, 0]), x),
    'maximum and minimum away from ties': (x) => tf.mul(tf.maximum(x, 0.05), tf.minimum(tf.mul(x, 2), 0.7)),
    'relu of a negative': (x) => tf.relu(tf.neg(x)),
    product: (x) => tf.square(tf.matMul(tf.transpose(x), x)),
    'max-pool away from ties': (x) => tf.square(tf.maxPool(asImage(x), [2, 3], [2, 3], 'valid')),
    'max-pool with windows that overlap': (x) => tf.square(tf.maxPool(asImage(x), 2, 1, 'valid')),
    'average-pool with windows that overlap': (x) => tf.square(tf.avgPool(asImage(x), [2, 2], 1, 'valid')),
    'concatenated with itself': (x) => tf.mul(tf.concat([x, tf.square(x)], 1), tf.range(0, 6)),
    'slice and pad': (x) => tf.mul(tf.pad(tf.slice(x, [1, 1], [2, 2]), [[1, 1], [1, 0]]), tf.square(x)), // prettier-ignore
    absolute: (x) => tf.mul(tf.abs(x), tf.square(x)),
    'square root': (x) => tf.sqrt(tf.add(tf.square(x), 0.5)),
    sigmoid: (x) => tf.mul(tf.sigmoid(tf.mul(x, 3)), x),
    'expanded dimensions': (x) => tf.mul(tf.expandDims(x, 1), tf.square(tf.expandDims(x, 0))),
    tiled: (x) => tf.square(tf.mul(tf.tile(x, [2, 3]), tf.range(0, 9))),
    'pass back through a convolution, by both': (x) =>
      tf.square(tf.conv2dTranspose(asImage(x), tf.reshape(x, [2, 3, 2, 1]), [1, 6, 5, 2], 2, 1, 'floor')),
    'pass back through an average-pool': (x) =>
      tf.square(passedBack('AvgPoolGrad', x, { shape: [1, 3, 2, 1], window: [2, 2], stride: [1, 1] })),
    'pass back through a max-pool': (x) =>
      tf.square(passedBack('MaxPoolGrad', x, { shape: [1, 2, 1, 1], window: [2, 3], stride: [2, 3] })),
    'batch-norm in training': (x) => tf.mul(normalized(x), tf.square(tf.add(x, tf.range(0, 3)))),
  };
  it.each(Object.keys(functions))('%s', async (name) => {
    const at = tf.tensor2d(awayFromKinks, [4, 3]);
    const f = (x: tf.Tensor): tf.Tensor => tf.sum(functions[name]!(x));
    const slope = tf.grad(f)(at);
    const numeric = new Float64Array(12);
    const step = 2 ** -7;
    for (let i = 0; i < 12; i += 1) {
      const values = [step, -step].map(async (by) => {
        const result = tf.tidy(() => {
          const nudge = new Float32Array(12);
          nudge[i] = by;
          return f(tf.add(at, tf.tensor2d(nudge, [4, 3])));
        });
        const [value] = await result.data();
        result.dispose();
        return value!;
      });
      const [up, down] = (await Promise.all(values)) as [number, number];
      numeric[i] = (up - down) / (2 * step);
    }
    await expectClose(slope, numeric, 3e-3);
    tf.dispose([at, slope]);
  });

  it('of max-pool go whole to the first of equal values, as in PyTorch', async () => {
    const at = tf.tensor4d([1, 3, 3, 0, 2, 2, 2, 2], [1, 2, 4, 1]);
    const slope = tf.grad((x) => tf.sum(tf.mul(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), tf.tensor4d([5, 7], [1, 1, 2, 1]))))(at); // prettier-ignore
    expect([...(await slope.data())]).toEqual([0, 5, 7, 0, 0, 0, 0, 0]);
    tf.dispose([at, slope]);
    for (const level of [-1, 0, 2]) {
      const even = tf.fill([1, 2, 2, 1], level);
      const first = tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(even);
      expect([...(await first.data())]).toEqual([1, 0, 0, 0]);
      tf.dispose([even, first]);
    }
  });

  it('of a whole network, up and down its steepest slope', async () => {
    const sight = { graph, weights: start, batch };
    const { gradients } = await seenBy({ kind: 'natural' }, sight);
    const lossAt = async (by: number): Promise<number> =>
      (await seenBy({ kind: 'natural' }, { ...sight, weights: moved(start, gradients, by) })).loss;
    const step = 2 ** -8;
    const rise = (await lossAt(step)) - (await lossAt(-step));
    expect(Math.abs(rise / (2 * step * squaredLength(gradients)) - 1)).toBeLessThan(2e-3);
  });
});

/** No closer to 0, 0.05 or 0.35, where the functions bend, than a finite difference reaches. */
const awayFromKinks = [0.6, -0.1, 1.1, -1.3, 0.15, 0.45, -0.4, 0.25, -0.9, 0.8, -0.2, -0.6];

/** [4, 3] as one image of one channel. */
const asImage = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [1, 4, 3, 1]);

type Pool = {
  readonly shape: [number, number, number, number];
  readonly window: [number, number];
  readonly stride: [number, number];
};

/** The first squares of `x` back through a pool that reads `x` as an image. */
function passedBack(kernel: string, x: tf.Tensor, { shape, window, stride }: Pool): tf.Tensor {
  const values = tf.reshape(tf.square(x), [-1]);
  const dy = tf.reshape(tf.slice(values, [0], [shape[1] * shape[2]]), shape);
  const isAverage = kernel === 'AvgPoolGrad';
  const input = isAverage ? tf.zeros([1, 4, 3, 1]) : asImage(x);
  const inputs = {
    dy,
    input,
    ...(!isAverage && { output: tf.maxPool(asImage(x), window, stride, 'valid') }),
  };
  return tf.engine().runKernel(kernel, inputs, { filterSize: window, strides: stride, pad: 'valid' });
}

function normalized(x: tf.Tensor): tf.Tensor {
  const affine = { scale: tf.tensor1d([1, 2, -1]), shift: tf.tensor1d([0.5, 0, 1]) };
  const { y, statistics } = normalizeByBatch(x, affine);
  tf.dispose([statistics.mean, statistics.variance]);
  return y;
}
