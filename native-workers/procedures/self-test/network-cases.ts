import { dispose } from '@tensorflow/tfjs-core';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Epsilon } from '#contract/quantities.ts';
import { ascentAt } from '#workers/attacks/ascent.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import {
  disposeTensors,
  fromTensors,
  toTensors,
  type ParameterArray,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { madeValues, thinned } from './made-values.ts';
import type { SelfTestCase } from './self-test-case.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const labels = Int32Array.of(0, 1, 3);
const images = madeValues(3 * 64, 30).map((value) => (value + 1) / 2);
const exampleIds = Uint32Array.of(0, 1, 2);
const batch = { images, labels, exampleIds };

/** Name, shape and size of the values of each parameter, in the order of madeValues' purposes from 40 on. */
const layers: readonly (readonly [string, readonly number[], number])[] = [
  ['conv1.weight', [16, 1, 4, 4], 0.5],
  ['conv1.bias', [16], 0.125],
  ['conv2.weight', [32, 16, 4, 4], 0.125],
  ['conv2.bias', [32], 0.125],
  ['fc1.weight', [100, 128], 0.125],
  ['fc1.bias', [100], 0.125],
  ['fc2.weight', [4, 100], 0.25],
  ['fc2.bias', [4], 0.125],
];

const madeParameters = (): ParameterSet =>
  new Map(
    layers.map(([name, shape, scale], i): [string, ParameterArray] => [
      name,
      {
        shape,
        values: madeValues(sizeOf(shape), 40 + i, scale),
      },
    ]),
  );

/** A small network as attacks and training use it; frozen weights may run through other programs than changing ones. */
export const networkCases: readonly SelfTestCase[] = [
  { name: 'network: logits', tolerance: 1e-5, answer: () => logitsOf() },
  {
    name: 'network: logits, weights frozen',
    tolerance: 1e-5,
    answer: (engine) =>
      logitsOf((parameters) => {
        engine.freeze(parameters);
      }),
  },
  { name: 'network: gradient by pixel', tolerance: 1e-4, answer: pixelGradient },
  { name: 'network: gradient by weight', tolerance: 1e-4, answer: weightGradients },
  { name: '5 steps of PGD', tolerance: 1e-5, answer: attacked },
  { name: '5 steps of SGD with momentum', tolerance: 1e-4, answer: trained },
];

async function logitsOf(prepare?: (parameters: ReturnType<typeof toTensors>) => void): Promise<Float32Array> {
  const parameters = toTensors(graph, madeParameters());
  prepare?.(parameters);
  const { logits } = await predict({ graph, parameters, images });
  disposeTensors(parameters);
  return logits;
}

async function pixelGradient(): Promise<Float32Array> {
  const parameters = toTensors(graph, madeParameters());
  const [points, watched] = [imageTensor(graph, images), oneHotTensor(labels, 4)];
  const slope = { graph, parameters, watched, loss: 'cross-entropy', goal: 'leave' } as const;
  const { ascent, shown } = ascentAt(points, slope);
  const values = Float32Array.from((await ascent.data()) as Float32Array);
  dispose([points, watched, ascent, shown]);
  disposeTensors(parameters);
  return values;
}

async function weightGradients(): Promise<Float32Array> {
  const parameters = toTensors(graph, madeParameters());
  const seen = await lossAndGradients({ kind: 'natural' }, { graph, parameters, batch, seed: 0, epoch: 0 });
  const values = await sampled(seen.gradients);
  disposeTensors(parameters);
  disposeTensors(seen.gradients);
  return values;
}

async function attacked(): Promise<Float32Array> {
  const parameters = toTensors(graph, madeParameters());
  const [center, watched] = [imageTensor(graph, images), oneHotTensor(labels, 4)];
  const last = await climb({
    graph,
    parameters,
    center,
    start: center,
    watched,
    goal: 'leave',
    loss: 'cross-entropy',
    ball: { norm: 'linf', epsilon: 0.125 as Epsilon },
    stepSize: 0.0625,
    steps: 5,
  });
  const values = Float32Array.from((await last.data()) as Float32Array);
  dispose([center, watched, last]);
  disposeTensors(parameters);
  return values;
}

async function trained(): Promise<Float32Array> {
  const optimizer = createOptimizer(optimizerSchema.parse({ kind: 'sgd', momentum: 0.875, weightDecay: 0 }));
  const parameters = toTensors(graph, madeParameters());
  let state = { parameters, optimizer: optimizer.init(parameters) };
  const objective = { kind: 'natural' } as const;
  for (let step = 0; step < 5; step += 1) {
    const taken = { graph, objective, optimizer, state, batch, learningRate: 0.0625, seed: 0, epoch: 0 };
    ({ state } = await trainStep(taken));
  }
  const values = await sampled(state.parameters);
  disposeTrainingState(state);
  return values;
}

/** Every 97th value of each parameter. */
async function sampled(tensors: Parameters<typeof fromTensors>[1]): Promise<Float32Array> {
  const parameters = await fromTensors(graph, tensors);
  return Float32Array.from([...parameters.values()].flatMap(({ values }) => [...thinned(values, 97)]));
}
