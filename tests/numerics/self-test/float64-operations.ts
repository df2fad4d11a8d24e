import { madeValues, thinned } from '#workers/procedures/self-test/made-values.ts';
import { naiveConvolution, type Convolution } from '../naive-convolution.ts';
import {
  attackedImages,
  evaluateNetwork,
  madeImages,
  madeParameters,
  trainedParameters,
  type Parameters,
} from './float64-network.ts';

type Answer = ArrayLike<number>;
const made = (count: number, purpose: number, scale = 1): Float64Array =>
  Float64Array.from(madeValues(count, purpose, scale));
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The answer to every question of the self-test by its definition, in float64 and without any engine. */
export const float64Answers: Readonly<Record<string, () => Answer>> = {
  'convolution and its gradients, 4 by 4, stride 2': () =>
    convolved({ batch: 2, size: [8, 7], channels: 3, filters: 5, kernel: 4, stride: 2, pad: 1 }, 120),
  'convolution and its gradients, 3 by 3, 16 channels': () =>
    thinned(
      convolved({ batch: 2, size: [5, 6], channels: 16, filters: 16, kernel: 3, stride: 1, pad: 1 }, 960),
      23,
    ),
  'matrix product, either side transposed': () => {
    const [a, b] = [made(35, 1), made(21, 2)];
    return [
      ...product(
        (i, k) => a[i * 7 + k]!,
        (k, j) => b[k * 3 + j]!,
      ),
      ...product(
        (i, k) => a[k * 5 + i]!,
        (k, j) => b[k * 3 + j]!,
      ),
      ...product(
        (i, k) => a[i * 7 + k]!,
        (k, j) => b[j * 7 + k]!,
      ),
    ];
  },
  'sums along axes': () => {
    const x = [...made(60, 3)];
    return [
      ...range(5).map((k) => total(x.filter((_, i) => i % 5 === k))),
      ...range(12).map((row) => total(x.slice(row * 5, (row + 1) * 5))),
      total(x),
    ];
  },
  'greatest of a row': () => {
    const x = [...made(54, 4)];
    return range(6).map((row) => Math.max(...x.slice(row * 9, (row + 1) * 9)));
  },
  'broadcast sum, difference, product and quotient': () => {
    const [a, b] = [made(12, 5), made(3, 6).map((value) => value + 2)];
    const of = (apply: (x: number, y: number) => number): number[] =>
      [...a].map((value, i) => apply(value, b[i % 3]!));
    return [...of((x, y) => x + y), ...of((x, y) => y - x), ...of((x, y) => x * y), ...of((x, y) => x / y)];
  },
  'exponential, logarithm and root': () => {
    const x = [...made(12, 7)];
    return [
      ...x.map((value) => Math.exp(4 * value)),
      ...x.map((value) => Math.log(value + 1.5)),
      ...x.map((value) => Math.sqrt(value + 1)),
    ];
  },
  'kinks: relu, step, sign, clip, greater and lesser': () => {
    const [x, y] = [[...made(12, 8)], made(12, 9)];
    return [
      ...x.map((value) => Math.max(value, 0)),
      ...x.map((value) => Number(value > 0)),
      ...x.map(Math.sign),
      ...x.map((value) => Math.min(Math.max(value, -0.25), 0.5)),
      ...x.map((value, i) => Math.max(value, y[i]!)),
      ...x.map((value, i) => Math.min(value, y[i]!)),
    ];
  },
  transposition: () => {
    const x = made(24, 10);
    return range(24).map((at) => x[(Math.floor(at / 3) % 2) * 12 + (at % 3) * 4 + Math.floor(at / 6)]!);
  },
  'NaN and infinities pass through': () => {
    const a = [NaN, Infinity, -Infinity, 2, -3, 0];
    const b = a.toReversed();
    return [...a.map((x, i) => x + b[i]!), ...a.map((x, i) => x * b[i]!), ...a.map((x) => x - x)];
  },
  'cross-entropy of large logits and its gradient': () => lossAndSlope(crossEntropy),
  'margin and its gradient': () => lossAndSlope(margin),
  'gradient of a broadcast quotient': () => {
    const [a, b, dy] = [[...made(12, 5)], made(3, 6).map((value) => value + 2), made(12, 11)];
    const da = a.map((_, i) => dy[i]! / b[i % 3]!);
    const db = range(3).map((j) => total(a.map((x, i) => (i % 3 === j ? (-dy[i]! * x) / b[j]! ** 2 : 0))));
    return [...da, ...db];
  },
  'network: logits': () => evaluateNetwork(madeParameters(), madeImages()).logits,
  'network: logits, weights frozen': () => evaluateNetwork(madeParameters(), madeImages()).logits,
  'network: gradient by pixel': () => evaluateNetwork(madeParameters(), madeImages()).dImages,
  'network: gradient by weight': () =>
    sampled(evaluateNetwork(madeParameters(), madeImages()).gradients).map((value) => value / 3),
  '5 steps of PGD': () => attackedImages(5, 0.0625, 0.125),
  '5 steps of SGD with momentum': () => sampled(trainedParameters(5, 0.0625, 0.875)),
};

const sampled = (parameters: Parameters): number[] =>
  [...parameters.values()].flatMap((values) => [...thinned(values, 97)]);

function convolved(settings: Convolution, outputs: number): Float64Array {
  const { batch, size, channels, filters, kernel } = settings;
  const x = made(batch * size[0] * size[1] * channels, 20);
  const filter = made(kernel * kernel * channels * filters, 21);
  const { y, dx, dFilter } = naiveConvolution(settings, { x, filter, dy: made(outputs, 22) });
  return Float64Array.from([...y, ...dx, ...dFilter]);
}

const product = (a: (i: number, k: number) => number, b: (k: number, j: number) => number): number[] =>
  range(15).map((at) => total(range(7).map((k) => a(Math.floor(at / 3), k) * b(k, at % 3))));

type RowLoss = (row: readonly number[], label: number) => { loss: number; slope: readonly number[] };

const crossEntropy: RowLoss = (row, label) => {
  const greatest = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - greatest));
  const sum = total(powers);
  return {
    loss: Math.log(sum) + greatest - row[label]!,
    slope: powers.map((power, i) => power / sum - Number(i === label)),
  };
};
const margin: RowLoss = (row, label) => {
  const greatest = Math.max(...row.filter((_, i) => i !== label));
  return {
    loss: greatest - row[label]!,
    slope: row.map((value, i) => (i === label ? -1 : Number(value === greatest))),
  };
};

/** Per example, then its gradient times 1, 2, 3, 4. */
function lossAndSlope(loss: RowLoss): number[] {
  const logits = [...made(20, 12, 32)];
  const seen = [0, 3, 2, 4].map((label, row) => loss(logits.slice(row * 5, (row + 1) * 5), label));
  return [
    ...seen.map((one) => one.loss),
    ...seen.flatMap(({ slope }, row) => slope.map((value) => value * (row + 1))),
  ];
}
