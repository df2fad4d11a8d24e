import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Epsilon } from '#contract/quantities.ts';
import { createRandom } from '#workers/array/random.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { normalizeByBatch } from '#workers/networks/batch-norm.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, fromTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { batteryEngines } from '../installed-engines.ts';
import { everyKindNetwork } from './every-kind.ts';
import { naiveConvolution, outputSize, type Convolution } from './naive-convolution.ts';

/** Every engine but the reference itself joins here and inherits all of it. */
const engines: readonly EngineKind[] = batteryEngines;

/** The smallest number that an engine tells from zero: native ones take what float32 holds without full precision as zero. */
const smallest: Record<EngineKind, number> = {
  onnx: 2 ** -126,
  tensorflow: 2 ** -126,
  wasm: 2 ** -149,
  reference: 2 ** -149,
};

const graph = buildNetwork({ kind: 'mnist-small' }, [10, 9, 1], 4);
const batch = {
  images: createRandom(3, 'images').fillUniform(new Float32Array(6 * 90), 0, 1),
  labels: Int32Array.of(0, 1, 2, 3, 1, 2),
  exampleIds: Uint32Array.of(0, 1, 2, 3, 4, 5),
};
const start = initializeParameters(graph, createRandom(4));

describe.each(engines)('engine %s', (kind) => {
  const everyKind = everyKindNetwork(graph.inputShape, 4);
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(kind);
  });
  afterAll(() => {
    expect(engine.memory()).toEqual({ tensors: 0, bytes: 0 });
    engine.dispose();
  });

  describe('convolution by definition', () => {
    const kernels = [1, 3, 4, 5];
    const cases = kernels.flatMap((kernel) =>
      [1, 2, 3].flatMap((stride) =>
        [0, 1, 2].flatMap((pad) =>
          [1, 5].map((count): Convolution => {
            return { batch: count, size: [7, 6], channels: 3, filters: 5, kernel, stride, pad };
          }),
        ),
      ),
    );
    it.each(cases)('kernel $kernel, stride $stride, pad $pad, batch $batch', async (convolution) => {
      const { batch: count, size, channels, filters, kernel, stride, pad } = convolution;
      const x = normal([count, ...size, channels], 'x');
      const filter = normal([kernel, kernel, channels, filters], 'filter');
      const dy = normal([count, ...outputSize(convolution), filters], 'dy');
      const convolve = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad, 'NHWC', 1, 'floor');
      const operands = [x, filter, dy].map(({ shape, values }) => tf.tensor(values, [...shape]));
      const { value, grads } = tf.valueAndGrads(convolve)(operands.slice(0, 2), operands[2]);
      const truth = naiveConvolution(convolution, { x: x.values, filter: filter.values, dy: dy.values });
      await expectClose(value, truth.y);
      await expectClose(grads[0]!, truth.dx);
      await expectClose(grads[1]!, truth.dFilter);
      tf.dispose([operands, value, grads]);
    });
  });

  describe('parity with plain JavaScript', () => {
    const operations: Readonly<Record<string, () => tf.Tensor>> = {
      'matMul, both as they are': () => tf.matMul(matrix(5, 70), matrix(70, 33)),
      'matMul, left transposed': () => tf.matMul(matrix(70, 5), matrix(70, 33), true, false),
      'matMul, right transposed': () => tf.matMul(matrix(5, 70), matrix(33, 70), false, true),
      'matMul, both transposed': () => tf.matMul(matrix(70, 5), matrix(33, 70), true, true),
      'matMul in batches': () => tf.matMul(cube(3, 4, 5), cube(3, 6, 5), false, true),
      'sum over all but the last axis': () => tf.sum(cube(7, 5, 6), [0, 1]),
      'sum over the last axis': () => tf.sum(cube(7, 5, 6), 2),
      'sum over everything': () => tf.sum(cube(7, 5, 6)),
      'sum over the first axis of two': () => tf.sum(matrix(9, 3), 0),
      'sum keeping dimensions': () => tf.sum(cube(7, 5, 6), [0, 1], true),
      'max over classes': () => tf.max(matrix(9, 10), 1, true),
      'broadcast addition': () => tf.add(cube(4, 3, 5), tf.tensor1d([1, 2, 3, 4, 5])),
      'broadcast product': () => tf.mul(cube(4, 3, 5), tf.tensor3d([2, 3, 4, 5], [4, 1, 1])),
      division: () => tf.div(matrix(4, 3), tf.add(tf.abs(matrix(4, 3)), 1)),
      'exp, log, sqrt': () => tf.log(tf.add(tf.exp(matrix(4, 3)), tf.sqrt(tf.square(matrix(4, 3))))),
      'maximum and minimum': () => tf.maximum(matrix(4, 3), tf.minimum(tf.neg(matrix(4, 3)), 0.5)),
      'clip to an interval': () => tf.clipByValue(matrix(9, 9), -0.5, 0.25),
      'step and relu': () => tf.add(tf.step(matrix(9, 9)), tf.relu(matrix(9, 9))),
      transpose: () => tf.transpose(cube(7, 5, 6), [2, 0, 1]),
      'max-pool, rows and columns left over': () => tf.maxPool(images(2, 7, 5, 3), 2, 2, 'valid'),
      'average-pool, windows that overlap': () => tf.avgPool(images(2, 7, 5, 3), [4, 3], [3, 2], 'valid'),
      'average-pool over everything': () => tf.avgPool(images(2, 7, 5, 3), [7, 5], 1, 'valid'),
      'concatenated channels': () => tf.concat([images(2, 3, 3, 4), images(2, 3, 3, 1)], -1),
      'slice of channels': () => tf.slice(images(2, 3, 3, 5), [0, 0, 1, 2], [2, 3, 2, 2]),
      pad: () => tf.pad(matrix(4, 3), [[1, 2], [0, 1]]), // prettier-ignore
      'one operand per channel of an image': () =>
        tf.add(tf.mul(images(2, 3, 3, 4), tf.tensor1d([1, 2, 3, 4])), tf.tensor1d([4, 3, 2, 1])),
      'sign, down to the smallest numbers': () =>
        tf.sign(tf.tensor1d([-0, 0, smallest[kind], -smallest[kind], 3e38, -2, Infinity])),
    };
    it.each(Object.keys(operations))('%s', async (name) => {
      const [actual, expected] = await onBoth(kind, async () => {
        const result = tf.tidy(operations[name]!);
        const values = await result.data();
        result.dispose();
        return [result.shape, Float32Array.from(values)] as const;
      });
      expect(actual[0]).toEqual(expected[0]);
      expectValuesClose(actual[1], expected[1]);
    });
  });

  describe('derivatives by finite differences', () => {
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
      const even = tf.zeros([1, 2, 2, 1]);
      const first = tf.grad((x) => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(even);
      expect([...(await first.data())]).toEqual([1, 0, 0, 0]);
      tf.dispose([at, slope, even, first]);
    });

    it('of a whole network, up and down its steepest slope', async () => {
      const parameters = toTensors(graph, start);
      const seen = await lossAndGradients(
        { kind: 'natural' },
        { graph, parameters, batch, seed: 0, epoch: 0 },
      );
      const gradients = await fromTensors(graph, seen.gradients);
      const step = 2 ** -8;
      const up = await lossAt(moved(gradients, step));
      const down = await lossAt(moved(gradients, -step));
      expect(Math.abs((up - down) / (2 * step * squaredLength(gradients)) - 1)).toBeLessThan(2e-3);
      disposeTensors(parameters);
      disposeTensors(seen.gradients);
    });
  });

  describe('whole algorithms', () => {
    it.each(['sgd', 'adam'])('10 steps of %s end where plain JavaScript ends', async (name) => {
      const [actual, expected] = await onBoth(kind, () => trained(name, 10));
      for (const [parameter, { values }] of expected)
        expectValuesClose(actual.get(parameter)!.values, values, 2e-4);
    });

    it('3 steps with batch-norm, pools, sums and dropout end where plain JavaScript ends', async () => {
      const [actual, expected] = await onBoth(kind, () => trained('sgd', 3, everyKind));
      expect([...expected.keys()]).toContain('bn1.running_var');
      for (const [parameter, { values }] of expected)
        expectValuesClose(actual.get(parameter)!.values, values, 2e-4);
    });

    it('10 PGD steps end on the same pixels as in plain JavaScript', async () => {
      const [actual, expected] = await onBoth(kind, attacked);
      expectValuesClose(actual, expected, 1e-6);
    });

    it('a second run repeats every bit', async () => {
      const [first, second] = [await trained('sgd', 3), await trained('sgd', 3)];
      expect(second).toEqual(first);
    });

    it('neither tensors nor memory grow over hundreds of training steps', async () => {
      const warm = await memoryAfterTraining(40);
      expect(await memoryAfterTraining(300)).toEqual(warm);
    });
  });

  async function memoryAfterTraining(steps: number) {
    await trained('sgd', steps);
    return { ...engine.memory(), heapBytes: heapBytes() };
  }
});

/** Grown, never shrunk: level means that nothing is left behind outside tfjs's own books either. */
function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.byteLength ?? 0;
}

/** The same computation on an engine and on the reference, leaving the engine current. */
async function onBoth<Result>(kind: EngineKind, compute: () => Promise<Result>): Promise<[Result, Result]> {
  await createEngine('reference');
  const expected = await compute();
  await createEngine(kind);
  return [await compute(), expected];
}

async function trained(optimizer: string, steps: number, network = graph): Promise<ParameterSet> {
  const rule = createOptimizer(optimizerSchema.parse(optimizer));
  const initial = network === graph ? start : initializeParameters(network, createRandom(4));
  const parameters = toTensors(network, initial);
  let state = { parameters, optimizer: rule.init(parameters) };
  for (let step = 0; step < steps; step += 1) {
    const objective = { kind: 'natural' } as const;
    const given = { graph: network, objective, optimizer: rule, batch };
    const settings = { ...given, learningRate: 0.01, seed: 1, epoch: 0 };
    ({ state } = await trainStep({ ...settings, state }));
  }
  const result = await fromTensors(network, state.parameters);
  disposeTrainingState(state);
  return result;
}

async function attacked(): Promise<Float32Array> {
  const parameters = toTensors(graph, start);
  const center = imageTensor(graph, batch.images);
  const watched = oneHotTensor(batch.labels, graph.classCount);
  const ball = { norm: 'linf', epsilon: 0.1 as Epsilon } as const;
  const settings = { graph, parameters, center, start: center, watched, ball, stepSize: 0.025, steps: 10 };
  const last = await climb({ ...settings, goal: 'leave', loss: 'cross-entropy' });
  const pixels = (await last.data()) as Float32Array;
  tf.dispose([center, watched, last]);
  disposeTensors(parameters);
  return pixels;
}

async function lossAt(parameterSet: ParameterSet): Promise<number> {
  const parameters = toTensors(graph, parameterSet);
  const seen = await lossAndGradients({ kind: 'natural' }, { graph, parameters, batch, seed: 0, epoch: 0 });
  disposeTensors(parameters);
  disposeTensors(seen.gradients);
  return seen.loss;
}

function moved(direction: ParameterSet, by: number): ParameterSet {
  return new Map(
    [...start].map(([name, { shape, values }]) => {
      const way = direction.get(name)!.values;
      return [name, { shape, values: values.map((value, i) => value + by * way[i]!) }];
    }),
  );
}

function squaredLength(set: ParameterSet): number {
  return [...set.values()]
    .flatMap(({ values }) => [...values])
    .reduce((sum, value) => sum + value * value, 0);
}

/** No closer to 0, 0.05 or 0.35, where the functions bend, than a finite difference reaches. */
const awayFromKinks = [0.6, -0.1, 1.1, -1.3, 0.15, 0.45, -0.4, 0.25, -0.9, 0.8, -0.2, -0.6];

type Sample = { readonly shape: readonly number[]; readonly values: Float32Array };

function normal(shape: readonly number[], purpose: string): Sample {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: createRandom(9, purpose, ...shape).fillNormal(new Float32Array(size), 0, 1) };
}

const matrix = (rows: number, columns: number): tf.Tensor2D =>
  tf.tensor2d(normal([rows, columns], 'matrix').values, [rows, columns]);
const images = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(normal(shape, 'images').values, shape);
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

const cube = (a: number, b: number, c: number): tf.Tensor3D =>
  tf.tensor3d(normal([a, b, c], 'cube').values, [a, b, c]);

async function expectClose(
  actual: tf.Tensor,
  expected: ArrayLike<number>,
  tolerance?: number,
): Promise<void> {
  expectValuesClose(await actual.data(), expected, tolerance);
}

/** Relative to the largest value, as float32 sums are. */
function expectValuesClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs).filter(Number.isFinite));
  const wrong = Array.from(actual).findIndex(
    (value, i) => !(value === expected[i] || Math.abs(value - expected[i]!) <= tolerance * scale),
  );
  expect({ wrong, value: actual[wrong] }).toEqual({ wrong: -1, value: undefined });
}
