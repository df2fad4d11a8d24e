import { readFileSync, writeFileSync } from 'node:fs';
import type { NetworkGraph } from '#contract/network.ts';
import { trainingSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { learningRateAt } from '#workers/optimizers/schedules.ts';
import { openSession } from '#workers/procedures/training-session.ts';
import type { Pgd } from '../../measuring/request.ts';
import { readBatches, readRecords, type Prepare } from './task.ts';

const sgd = { kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
const constant = { optimizer: sgd, schedule: 'constant', epochs: 1 };

export const trainOnBatch: Prepare<'trainingStep'> = (request) => {
  const batches = [readRecords(request.images, request.batch)];
  const trainer = openTrainer(request.graph, storedWeights(request.weights), {
    ...constant,
    objective: 'natural',
    batches,
  });
  return async () => {
    const loss = await trainer.step(0);
    return () => ({ loss });
  };
};

export const trainEpoch: Prepare<'adversarialEpoch'> = (request) => {
  const batches = readBatches(request);
  const objective = adversarial(request.attack);
  const trainer = openTrainer(request.graph, storedWeights(request.weights), {
    ...constant,
    objective,
    batches,
  });
  return async () => {
    let total = 0;
    for (const step of batches.keys()) total += await trainer.step(step);
    return () => ({ loss: total / batches.length });
  };
};

/** Makes weights for evaluations: a new network, Adam with a learning rate that falls to 0. */
export const train: Prepare<'train'> =
  ({ graph, attack, epochs, into, ...records }) =>
  async () => {
    const batches = readBatches(records);
    const trainer = openTrainer(graph, initializeParameters(graph, createRandom(1)), {
      objective: attack === undefined ? 'natural' : adversarial(attack),
      optimizer: { kind: 'adam', learningRate: 0.002 },
      schedule: 'cosine',
      epochs,
      batches,
    });
    for (let step = 0; step < epochs * batches.length; step += 1) await trainer.step(step);
    const arrays = await trainer.parameters();
    writeFileSync(into, serializeSafetensors({ arrays, metadata: { format: 'pt' } }));
    return undefined;
  };

const adversarial = (attack: Pgd) => ({ kind: 'adversarial', ...attack });

const storedWeights = (file: string): ParameterSet =>
  parseSafetensors(readFileSync(file)).arrays as ParameterSet;

type Settings = {
  readonly objective: string | object;
  readonly optimizer: object;
  readonly schedule: string;
  readonly epochs: number;
  readonly batches: readonly ExampleBatch[];
};
type Trainer = {
  /** Gives the loss before the step. */
  step(step: number): Promise<number>;
  parameters(): Promise<ParameterSet>;
};

/** Steps as a training stage takes them, without its loading, augmenting and recording. */
function openTrainer(
  graph: NetworkGraph,
  parameters: ParameterSet,
  { batches, ...settings }: Settings,
): Trainer {
  const training = trainingSchema.parse(settings);
  const session = openSession(training, { graph, parameters, masks: new Map() });
  return {
    async step(step) {
      const position = { step, stepsPerEpoch: batches.length, epochs: training.epochs };
      const learningRate = learningRateAt(training.schedule, training.optimizer.learningRate, position);
      const epoch = Math.floor(step / batches.length);
      const batch = batches[step % batches.length]!;
      const taken = { batch, learningRate, seed: 1, epoch, position };
      return (await session.step(taken)).loss;
    },
    parameters: async () => (await session.snapshot(0)).parameters,
  };
}
