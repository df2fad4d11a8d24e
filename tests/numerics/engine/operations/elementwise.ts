import * as tf from '@tensorflow/tfjs-core';
import { edges, made, positive, whole } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

/** In plain JavaScript the sign of NaN is 0; here it stays NaN. */
const numbers = (): tf.Tensor => tf.slice(edges(), [1]);

const unary: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  neg: tf.neg,
  exp: tf.exp,
  square: tf.square,
  sign: tf.sign,
  relu: tf.relu,
  relu6: tf.relu6,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  softplus: tf.softplus,
  floor: tf.floor,
  ceil: tf.ceil,
  round: tf.round,
  sin: tf.sin,
  cos: tf.cos,
  atan: tf.atan,
  elu: tf.elu,
  step: tf.step,
  expm1: tf.expm1,
  isNaN: tf.isNaN,
  isInf: tf.isInf,
  isFinite: tf.isFinite,
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  clip: (x) => tf.clipByValue(x, -0.3, 0.4),
  'step with slope': (x) => tf.step(x, 0.25),
};
const unaryOfPositive: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  log: tf.log,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  reciprocal: tf.reciprocal,
  log1p: tf.log1p,
};
const binary: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};
const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [5, 3],
    [5, 3],
  ],
  [[5, 3], [3]],
  [
    [5, 3],
    [5, 1],
  ],
  [[], [4]],
  [
    [1, 3],
    [5, 1],
  ],
  [[2, 4, 3, 5], [5]],
  [
    [2, 4, 3, 5],
    [2, 1, 1, 1],
  ],
  [
    [3, 1],
    [2, 4, 3, 5],
  ],
];

export const elementwise: readonly OperationCase[] = [
  ...Object.entries(unary).flatMap(([name, apply]) => [
    { name: `${name} of a batch`, compute: () => apply(made([3, 7])) },
    {
      name: `${name} of NaN, infinities and zeros`,
      compute: () => apply(name === 'sign' ? numbers() : edges()),
    },
  ]),
  ...Object.entries(unaryOfPositive).map(([name, apply]) => ({
    name,
    compute: () => apply(positive([3, 7])),
  })),
  ...Object.entries(binary).flatMap(([name, apply]) => [
    ...broadcasts.map(([a, b]) => ({
      name: `${name} of [${a.join()}] and [${b.join()}]`,
      compute: () => apply(made(a), made(b, 1)),
    })),
    { name: `${name} with NaN and infinities`, compute: () => apply(tf.reshape(edges(), [15, 1]), edges()) },
  ]),
  { name: 'div', compute: () => tf.div(made([5, 3]), positive([3])) },
  { name: 'div by zero', compute: () => tf.div(edges(), tf.scalar(0)) },
  { name: 'pow', compute: () => tf.pow(positive([5, 3]), made([3])) },
  { name: 'floorDiv', compute: () => tf.floorDiv(whole([9], 20), tf.scalar(3, 'int32')) },
  { name: 'mod', compute: () => tf.mod(made([9]), tf.scalar(0.3)) },
  { name: 'where', compute: () => tf.where(tf.greater(made([4, 5]), 0), made([4, 5], 1), made([5], 2)) },
  {
    name: 'logical and, or, not',
    compute: () =>
      tf.logicalOr(
        tf.logicalAnd(tf.greater(made([9]), 0), tf.less(made([9]), 0.5)),
        tf.logicalNot(tf.less(made([9]), 0.9)),
      ),
  },
  { name: 'cast to int32', compute: () => tf.cast(tf.mul(made([9]), 10), 'int32') },
  { name: 'cast to bool and back', compute: () => tf.cast(tf.cast(made([9]), 'bool'), 'float32') },
  { name: 'oneHot', compute: () => tf.oneHot(whole([6], 4), 4) },
  { name: 'oneHot with values', compute: () => tf.oneHot(whole([2, 3], 4), 5, 0.9, 0.1, 'float32') },
  {
    name: 'fill, zerosLike, onesLike',
    compute: () => tf.add(tf.mul(tf.onesLike(made([2, 3])), tf.fill([3], 2.5)), tf.zerosLike(made([2, 1]))),
  },
  { name: 'range', compute: () => tf.range(3, 17, 4) },
  { name: 'linear steps downwards', compute: () => tf.range(5, 0, -1, 'int32') },
];
