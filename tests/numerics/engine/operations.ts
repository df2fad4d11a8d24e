import * as tf from '@tensorflow/tfjs-core';

/** One operation on made numbers; what an engine gives is compared with tfjs in plain JavaScript. */
export type OperationCase = {
  readonly name: string;
  /** May differ by this much, absolutely or relative to the greatest value; whole numbers and booleans by nothing. */
  readonly tolerance?: number;
  readonly compute: () => tf.Tensor;
};

/** Values in a fixed irregular order, between -1 and 1; every seventh is 0 and every fifth is repeated. */
function made(shape: readonly number[], offset = 0): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, (_, i) => {
    const place = i % 5 === 4 ? i - 1 : i;
    return i % 7 === 3
      ? 0
      : Math.sin((place + 1) * 12.9898 + offset * 4.1414) * Math.cos(place * 0.37 + offset);
  });
  return tf.tensor(values, [...shape]);
}

const positive = (shape: readonly number[]): tf.Tensor => tf.add(tf.abs(made(shape)), 0.25);
const whole = (shape: readonly number[], below: number): tf.Tensor =>
  tf.cast(tf.floor(tf.mul(tf.abs(made(shape)), below)), 'int32');
const edges = (): tf.Tensor =>
  tf.tensor1d([NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-30, -1e-30, 1e30, -1e30, 0.5, -0.5, 1.5, 2.5]);

const kernel = (name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);

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
const reductions: Record<string, (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
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

export const operationCases: readonly OperationCase[] = [
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
      kernel(
        '_FusedMatMul',
        { a: made([1, 5, 7]), b: made([1, 7, 3], 1), bias: made([3], 2) },
        { transposeA: false, transposeB: false, activation: 'relu' },
      ),
  },
  ...convolutions(),
  ...pools(),
];

function convolutions(): OperationCase[] {
  const cases: OperationCase[] = [];
  for (const batch of [1, 5])
    for (const size of [1, 3, 4, 5])
      for (const stride of [1, 2])
        for (const pad of ['same', 'valid', 1] as const) {
          const input = [batch, 9, 7, 3] as [number, number, number, number];
          const filter = [size, size, 3, 4] as [number, number, number, number];
          const settings = {
            strides: [stride, stride],
            pad:
              typeof pad === 'number'
                ? [
                    [0, 0],
                    [1, 1],
                    [1, 1],
                    [0, 0],
                  ]
                : pad,
            dataFormat: 'NHWC',
            dimRoundingMode: 'floor',
          };
          const x = () => made(input) as tf.Tensor4D;
          const w = () => made(filter, 1) as tf.Tensor4D;
          const info = tf.backend_util.computeConv2DInfo(
            input,
            filter,
            stride,
            1,
            settings.pad as 'same',
            'floor',
          );
          const dy = () => made(info.outShape, 2);
          const which = `batch ${batch}, ${size}x${size}, stride ${stride}, pad ${pad}`;
          const conv = { ...settings, dilations: [1, 1] };
          cases.push(
            { name: `conv2d: ${which}`, compute: () => kernel('Conv2D', { x: x(), filter: w() }, conv) },
            {
              name: `conv2d by input: ${which}`,
              compute: () =>
                kernel('Conv2DBackpropInput', { dy: dy(), filter: w() }, { ...settings, inputShape: input }),
            },
            {
              name: `conv2d by filter: ${which}`,
              compute: () =>
                kernel('Conv2DBackpropFilter', { x: x(), dy: dy() }, { ...settings, filterShape: filter }),
            },
          );
        }
  const wide = () => made([2, 8, 8, 32]) as tf.Tensor4D;
  cases.push(
    {
      name: 'fused conv2d with bias and ReLU, 32 channels',
      compute: () =>
        kernel(
          'FusedConv2D',
          { x: wide(), filter: made([3, 3, 32, 16]), bias: made([16]) },
          {
            strides: [1, 1],
            pad: 'same',
            dilations: [1, 1],
            dataFormat: 'NHWC',
            dimRoundingMode: 'floor',
            activation: 'relu',
          },
        ),
    },
    {
      name: 'fused conv2d with bias and ReLU, 12 and 28 filters, which fill no whole block of channels',
      compute: () =>
        tf.concat(
          [12, 28].map((filters) =>
            kernel(
              'FusedConv2D',
              { x: wide(), filter: made([3, 3, 32, filters]), bias: made([filters]) },
              {
                strides: [1, 1],
                pad: 'same',
                dilations: [1, 1],
                dataFormat: 'NHWC',
                dimRoundingMode: 'floor',
                activation: 'relu',
              },
            ),
          ),
          -1,
        ),
    },
    {
      name: 'conv2d by an image of 3 channels, stride 2',
      compute: () =>
        kernel(
          'Conv2DBackpropInput',
          { dy: made([2, 4, 4, 16], 1), filter: made([4, 4, 3, 16]) },
          {
            strides: [2, 2],
            pad: [
              [0, 0],
              [1, 1],
              [1, 1],
              [0, 0],
            ],
            dataFormat: 'NHWC',
            dimRoundingMode: 'floor',
            inputShape: [2, 8, 8, 3],
          },
        ),
    },
    {
      name: 'conv2d by filter, 32 channels',
      compute: () =>
        kernel(
          'Conv2DBackpropFilter',
          { x: wide(), dy: made([2, 8, 8, 16], 1) },
          {
            strides: [1, 1],
            pad: 'same',
            dataFormat: 'NHWC',
            dimRoundingMode: 'floor',
            filterShape: [3, 3, 32, 16],
          },
        ),
    },
    {
      name: 'conv2d by input, 32 channels, stride 2',
      compute: () =>
        kernel(
          'Conv2DBackpropInput',
          { dy: made([2, 4, 4, 16], 1), filter: made([4, 4, 32, 16]) },
          {
            strides: [2, 2],
            pad: [
              [0, 0],
              [1, 1],
              [1, 1],
              [0, 0],
            ],
            dataFormat: 'NHWC',
            dimRoundingMode: 'floor',
            inputShape: [2, 8, 8, 32],
          },
        ),
    },
  );
  return cases;
}

function pools(): OperationCase[] {
  const cases: OperationCase[] = [];
  for (const [size, stride] of [
    [2, 2],
    [3, 2],
    [3, 1],
  ] as const)
    for (const pad of ['same', 'valid'] as const) {
      const x = () => made([2, 7, 6, 3]) as tf.Tensor4D;
      const settings = { filterSize: [size, size], strides: [stride, stride], pad, dimRoundingMode: 'floor' };
      const info = tf.backend_util.computePool2DInfo([2, 7, 6, 3], size, stride, 1, pad, 'floor');
      const dy = () => made(info.outShape, 2);
      const which = `${size}x${size}, stride ${stride}, ${pad}`;
      cases.push(
        { name: `maxPool: ${which}`, compute: () => kernel('MaxPool', { x: x() }, settings) },
        { name: `avgPool: ${which}`, compute: () => kernel('AvgPool', { x: x() }, settings) },
        {
          name: `maxPool by input: ${which}`,
          compute: () =>
            kernel(
              'MaxPoolGrad',
              { dy: dy(), input: x(), output: kernel('MaxPool', { x: x() }, settings) },
              settings,
            ),
        },
      );
      // In plain JavaScript the gradient counts padding as shared in, which the forward pass does not.
      if (pad === 'valid')
        cases.push({
          name: `avgPool by input: ${which}`,
          compute: () => kernel('AvgPoolGrad', { dy: dy(), input: x() }, settings),
        });
    }
  return cases;
}
