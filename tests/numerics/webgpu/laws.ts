import * as tf from '@tensorflow/tfjs-core';
import { optimizerSchema } from '#contract/objective.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { nodeOf } from '#workers/engine/onnx/backend.ts';
import { toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { selfTest } from '#workers/procedures/self-test/self-test.ts';
import { onBoth } from '../engine/on-both.ts';
import { operationCases } from '../engine/operations/operation-cases.ts';
import { attacked, smallTraining, trained } from '../engine/small-training.ts';

/** What WebGPU is held to: each law gives what broke it. */
export const laws: Readonly<Record<string, (engine: Engine) => Promise<readonly string[]>>> = {
  'operations agree with plain JavaScript, NaN and infinities among them': operationsThatDiffer,
  'the self-test of doctor --engines is passed': failedChecks,
  '10 steps of sgd end where plain JavaScript ends': () => trainedElsewhere('sgd'),
  '10 steps of adam end where plain JavaScript ends': () => trainedElsewhere('adam'),
  '10 PGD steps end on the same pixels as in plain JavaScript': attackedElsewhere,
  'a second run repeats every bit': secondRun,
  'a weight that is no number gives a loss that is none': lossOfNaN,
  'what a program computed stays on the device until it is read': placesOfResults,
  'a network whose weights are frozen computes the same': frozenElsewhere,
  'neither tensors nor memory grow over 200 training steps': growth,
  'an engine that ends frees what tensors still hold, and another can begin': newBeginning,
};

/** SwiftShader takes seconds to compile a convolution: a few of each kind stand for all. */
const isAsked = ({ name }: { readonly name: string }): boolean =>
  !name.startsWith('conv2d') || /batch 5, (3x3, stride 2, pad same|4x4, stride 1, pad valid)/.test(name);

async function operationsThatDiffer(): Promise<string[]> {
  const different: string[] = [];
  for (const { name, tolerance = 1e-5, compute } of operationCases.filter(isAsked)) {
    const [seen, expected] = await onBoth('onnx', async () => {
      const result = tf.tidy(compute);
      const values = Float64Array.from(await result.data());
      result.dispose();
      return { values, type: `${result.dtype} [${result.shape.join()}]` };
    });
    const allowed = expected.type.startsWith('float32') ? tolerance : 0;
    if (seen.type !== expected.type) different.push(`${name}: ${seen.type} instead of ${expected.type}`);
    else
      different.push(
        ...differences(seen.values, expected.values, allowed).map((words) => `${name}: ${words}`),
      );
  }
  return different;
}

async function failedChecks(engine: Engine): Promise<string[]> {
  const failed: string[] = [];
  for await (const { name, verdict, error, reason } of selfTest(engine))
    if (verdict === 'failed') failed.push(`${name}: ${reason ?? error}`);
  return failed;
}

const small = smallTraining([8, 8, 1]);
const { graph, start, batch } = small;

async function trainedElsewhere(optimizer: string): Promise<string[]> {
  const [seen, expected] = await onBoth('onnx', () => trained(small, optimizer, 10));
  return parameterDifferences(seen, expected, 2e-4);
}

async function attackedElsewhere(): Promise<string[]> {
  const [seen, expected] = await onBoth('onnx', () => attacked(small));
  return differences(seen, expected, 1e-6);
}

async function secondRun(): Promise<string[]> {
  const [first, second] = [await trained(small, 'sgd', 3), await trained(small, 'sgd', 3)];
  return parameterDifferences(second, first, 0);
}

async function lossOfNaN(): Promise<string[]> {
  const [first, spoilt] = ['conv1.weight', NaN];
  const weights = start.get(first)!;
  const spoiled = new Map(start).set(first, { ...weights, values: weights.values.with(0, spoilt) });
  const parameters = toTensors(graph, spoiled);
  const optimizer = createOptimizer(optimizerSchema.parse('sgd'));
  const state = { parameters, optimizer: optimizer.init(parameters) };
  const taken = await trainStep({ ...step, optimizer, state });
  disposeTrainingState(taken.state);
  return Number.isFinite(taken.loss) ? [`the loss is ${taken.loss}`] : [];
}

async function placesOfResults(): Promise<string[]> {
  const x = tf.tidy(() => tf.add(tf.tensor1d([1, 2, 3]), 1));
  const y = tf.mul(x, 2);
  await x.data();
  const places = [x, y].map(({ dataId }) => {
    const { state } = nodeOf(dataId);
    return state.kind === 'stored' ? state.store.contents.kind : state.kind;
  });
  const z = tf.add(x, y);
  const values = [...(await z.data())];
  tf.dispose([x, y, z]);
  return places.join() === 'device,device' && values.join() === '6,9,12' ? [] : [...places, values.join()];
}

async function frozenElsewhere(engine: Engine): Promise<string[]> {
  const asked = async (freeze: boolean): Promise<Float32Array> => {
    const weights = tf.tidy(() => tf.mul(tf.tensor2d([1, -2, 3, 0.5, 4, -1], [2, 3]), 2));
    if (freeze) engine.freeze({ weights });
    const product = tf.tidy(() =>
      tf.relu(tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), weights as tf.Tensor2D)),
    );
    const values = (await product.data()) as Float32Array;
    tf.dispose([weights, product]);
    return values;
  };
  return differences(await asked(true), await asked(false), 1e-6);
}

/** What SwiftShader and the JavaScript heap may keep in hand; the buffers of 200 steps would be more. */
const slackBytes = 40 * 2 ** 20;

async function growth(engine: Engine): Promise<string[]> {
  await trained(small, 'sgd', 60);
  const [tensors, bytes] = [engine.memory().tensors, process.memoryUsage.rss()];
  await trained(small, 'sgd', 200);
  const grown = process.memoryUsage.rss() - bytes;
  const found = tensors === engine.memory().tensors ? [] : [`${engine.memory().tensors} tensors are left`];
  return grown < slackBytes ? found : [...found, `memory grew by ${Math.round(grown / 2 ** 20)} MiB`];
}

async function newBeginning(engine: Engine): Promise<string[]> {
  const left = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
  await left.data();
  engine.dispose();
  await createEngine('onnx', { device: 'webgpu' });
  const fresh = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
  const values = [...(await fresh.data())];
  fresh.dispose();
  return values.join() === '2,3' ? [] : [values.join()];
}

const step = {
  graph,
  objective: { kind: 'natural' },
  batch,
  learningRate: 0.01,
  seed: 1,
  epoch: 0,
} as const;

function parameterDifferences(seen: ParameterSet, expected: ParameterSet, tolerance: number): string[] {
  return [...expected].flatMap(([name, { values }]) =>
    differences(seen.get(name)!.values, values, tolerance).map((words) => `${name}: ${words}`),
  );
}

type Numbers = Float32Array | Float64Array;

/** The first number that is further away than allowed, absolutely or relative to the greatest. */
function differences(seen: Numbers, expected: Numbers, tolerance: number): string[] {
  const scale = Math.max(1, ...[...expected].map(Math.abs).filter((value) => value < 1e20));
  const at = [...expected].findIndex((value, i) => {
    const [difference, relative] = [Math.abs(seen[i]! - value), Math.abs(value) * Math.min(tolerance, 1e-6)];
    return (
      !Object.is(seen[i], value) &&
      seen[i] !== value &&
      !(difference <= Math.max(tolerance * scale, relative))
    );
  });
  if (seen.length !== expected.length) return [`${seen.length} numbers instead of ${expected.length}`];
  return at < 0 ? [] : [`number ${at} is ${seen[at]} instead of ${expected[at]}`];
}
