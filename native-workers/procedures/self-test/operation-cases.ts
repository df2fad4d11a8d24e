import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';
import { crossEntropy, margin } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { madeValues, thinned } from './made-values.ts';
import { valuesOf, type SelfTestCase } from './self-test-case.ts';

const made = (shape: readonly number[], purpose: number, scale = 1): tf.Tensor =>
  tf.tensor(madeValues(sizeOf(shape), purpose, scale), [...shape]);

type Convolved = {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly stride: number;
  readonly dy: readonly number[];
};

const exact = 1e-7;
const rounded = 1e-5;
const edges = [NaN, Infinity, -Infinity, 2, -3, 0];

/** What algorithms ask of an engine, one kind of kernel after the other; answers are in reference-numbers.json. */
export const operationCases: readonly SelfTestCase[] = [
  {
    name: 'convolution and its gradients, 4 by 4, stride 2',
    tolerance: rounded,
    answer: () => convolved({ x: [2, 8, 7, 3], filter: [4, 4, 3, 5], stride: 2, dy: [2, 4, 3, 5] }),
  },
  {
    name: 'convolution and its gradients, 3 by 3, 16 channels',
    tolerance: rounded,
    answer: async () =>
      thinned(
        await convolved({ x: [2, 5, 6, 16], filter: [3, 3, 16, 16], stride: 1, dy: [2, 5, 6, 16] }),
        23,
      ),
  },
  {
    name: 'matrix product, either side transposed',
    tolerance: rounded,
    answer: () =>
      valuesOf(() => [
        tf.matMul(made([5, 7], 1), made([7, 3], 2)),
        tf.matMul(made([7, 5], 1), made([7, 3], 2), true, false),
        tf.matMul(made([5, 7], 1), made([3, 7], 2), false, true),
      ]),
  },
  {
    name: 'sums along axes',
    tolerance: rounded,
    answer: () =>
      valuesOf(() => [
        tf.sum(made([3, 4, 5], 3), [0, 1]),
        tf.sum(made([3, 4, 5], 3), 2, true),
        tf.sum(made([3, 4, 5], 3)),
      ]),
  },
  {
    name: 'greatest of a row',
    tolerance: exact,
    answer: () => valuesOf(() => [tf.max(made([6, 9], 4), 1, true)]),
  },
  {
    name: 'broadcast sum, difference, product and quotient',
    tolerance: rounded,
    answer: () =>
      valuesOf(() => {
        const [a, b] = [made([4, 3], 5), tf.add(made([3], 6), 2)];
        return [tf.add(a, b), tf.sub(b, a), tf.mul(a, b), tf.div(a, b)];
      }),
  },
  {
    name: 'exponential, logarithm and root',
    tolerance: rounded,
    answer: () =>
      valuesOf(() => {
        const x = made([12], 7);
        return [tf.exp(tf.mul(x, 4)), tf.log(tf.add(x, 1.5)), tf.sqrt(tf.add(x, 1))];
      }),
  },
  {
    name: 'kinks: relu, step, sign, clip, greater and lesser',
    tolerance: exact,
    answer: () =>
      valuesOf(() => {
        const [x, y] = [made([12], 8), made([12], 9)];
        return [
          tf.relu(x),
          tf.step(x),
          tf.sign(x),
          tf.clipByValue(x, -0.25, 0.5),
          tf.maximum(x, y),
          tf.minimum(x, y),
        ];
      }),
  },
  {
    name: 'transposition',
    tolerance: exact,
    answer: () => valuesOf(() => [tf.transpose(made([2, 3, 4], 10), [2, 0, 1])]),
  },
  {
    name: 'NaN and infinities pass through',
    tolerance: exact,
    answer: () =>
      valuesOf(() => {
        const [a, b] = [tf.tensor1d(edges), tf.tensor1d(edges.toReversed())];
        return [tf.add(a, b), tf.mul(a, b), tf.sub(a, a)];
      }),
  },
  {
    name: 'cross-entropy of large logits and its gradient',
    tolerance: rounded,
    answer: () => lossAndSlope(crossEntropy),
  },
  { name: 'margin and its gradient', tolerance: rounded, answer: () => lossAndSlope(margin) },
  {
    name: 'gradient of a broadcast quotient',
    tolerance: rounded,
    answer: () =>
      valuesOf(() => {
        const quotient = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.div(a, b);
        return tf.grads(quotient)([made([4, 3], 5), tf.add(made([3], 6), 2)], made([4, 3], 11));
      }),
  },
];

function convolved({ x, filter, stride, dy }: Convolved): Promise<Float32Array> {
  return valuesOf(() => {
    const convolve = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, 1, 'NHWC', 1, 'floor');
    const { value, grads } = tf.valueAndGrads(convolve)([made(x, 20), made(filter, 21)], made(dy, 22));
    return [value, ...grads];
  });
}

function lossAndSlope(loss: typeof crossEntropy): Promise<Float32Array> {
  return valuesOf(() => {
    const labels = oneHotTensor(Int32Array.of(0, 3, 2, 4), 5);
    const perExample = (logits: tf.Tensor): tf.Tensor => loss(logits as tf.Tensor2D, labels);
    const { value, grad } = tf.valueAndGrad(perExample)(made([4, 5], 12, 32), tf.tensor1d([1, 2, 3, 4]));
    return [value, grad];
  });
}
