import { dispose } from '@tensorflow/tfjs-core';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { ImageShape, NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Epsilon } from '#contract/quantities.ts';
import { createRandom } from '#workers/array/random.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, fromTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import type { Batch } from '#workers/objectives/batch.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';

/** A network of four classes, its first weights, and six images of noise to train it on. */
export type SmallTraining = {
  readonly graph: NetworkGraph;
  readonly start: ParameterSet;
  readonly batch: Batch;
};

export function smallTraining(
  inputShape: ImageShape,
  graph: NetworkGraph = buildNetwork({ kind: 'mnist-small' }, inputShape, 4),
): SmallTraining {
  const pixels = inputShape.reduce((a, b) => a * b, 1);
  return {
    graph,
    start: initializeParameters(graph, createRandom(4)),
    batch: {
      images: createRandom(3, 'images').fillUniform(new Float32Array(6 * pixels), 0, 1),
      labels: Int32Array.of(0, 1, 2, 3, 1, 2),
      exampleIds: Uint32Array.of(0, 1, 2, 3, 4, 5),
    },
  };
}

/** The weights after so many steps of the natural objective. */
export async function trained(
  { graph, start, batch }: SmallTraining,
  optimizerName: string,
  steps: number,
): Promise<ParameterSet> {
  const optimizer = createOptimizer(optimizerSchema.parse(optimizerName));
  const parameters = toTensors(graph, start);
  let state = { parameters, optimizer: optimizer.init(parameters) };
  for (let step = 0; step < steps; step += 1) {
    const objective = { kind: 'natural' } as const;
    const given = { graph, objective, optimizer, batch };
    ({ state } = await trainStep({ ...given, learningRate: 0.01, seed: 1, epoch: 0, state }));
  }
  const result = await fromTensors(graph, state.parameters);
  disposeTrainingState(state);
  return result;
}

/** The pixels after ten PGD steps. */
export async function attacked({ graph, start, batch }: SmallTraining): Promise<Float32Array> {
  const parameters = toTensors(graph, start);
  const center = imageTensor(graph, batch.images);
  const watched = oneHotTensor(batch.labels, graph.classCount);
  const ball = { norm: 'linf', epsilon: 0.1 as Epsilon } as const;
  const settings = { graph, parameters, center, start: center, watched, ball, stepSize: 0.025, steps: 10 };
  const last = await climb({ ...settings, goal: 'leave', loss: 'cross-entropy' });
  const pixels = (await last.data()) as Float32Array;
  dispose([center, watched, last]);
  disposeTensors(parameters);
  return pixels;
}
