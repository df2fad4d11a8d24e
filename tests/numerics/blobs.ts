import type { NetworkGraph } from '#contract/network.ts';
import { optimizerSchema, type Objective } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { fromTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { disposeTrainingState, trainStep, type Batch } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';

/** Four classes of 8x8 images, a bright quarter each, under noise: learnt in seconds, and attackable. */
export function blobs(count: number, purpose: string): Batch {
  const images = new Float32Array(count * 64);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 4);
  for (let i = 0; i < count; i += 1) {
    const noise = createRandom(17, purpose, i).fillNormal(new Float32Array(64), 0.4, 0.12);
    for (let pixel = 0; pixel < 64; pixel += 1) {
      const quarter = Math.floor(pixel / 32) * 2 + (Math.floor(pixel / 4) % 2);
      const value = noise[pixel]! + (quarter === labels[i] ? 0.2 : 0);
      images[i * 64 + pixel] = Math.min(Math.max(value, 0), 1);
    }
  }
  return { images, labels, exampleIds: Uint32Array.from({ length: count }, (_, i) => 1000 + i) };
}

/** Trains `steps` batches of 32 and gives the weights. */
export async function trainedOn(
  graph: NetworkGraph,
  objective: Objective,
  steps: number,
): Promise<ParameterSet> {
  const optimizer = createOptimizer(optimizerSchema.parse('adam'));
  const parameters = toTensors(graph, initializeParameters(graph, createRandom(1)));
  let state = { parameters, optimizer: optimizer.init(parameters) };
  for (let step = 0; step < steps; step += 1) {
    const batch = blobs(32, `train ${step}`);
    ({ state } = await trainStep({
      graph,
      objective,
      optimizer,
      state,
      batch,
      learningRate: 5e-3,
      seed: 1,
      epoch: step,
      position: { step, stepsPerEpoch: 1, epochs: steps },
    }));
  }
  const weights = await fromTensors(graph, state.parameters);
  disposeTrainingState(state);
  return weights;
}
