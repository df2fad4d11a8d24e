import { readFileSync, writeFileSync } from 'node:fs';
import { trainingSchema, type Training } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { learningRateAt } from '#workers/optimizers/schedules.ts';
import type { Model } from '#workers/procedures/model-file.ts';
import { openScoreSession } from '#workers/procedures/score-session.ts';
import { openSession, type TrainingSession } from '#workers/procedures/training-session.ts';
import type { Pgd, Request } from '../../measuring/request.ts';
import { readBatches, readRecords, type Prepare, type Task } from './task.ts';

const sgd = { kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4 };
const constant = { optimizer: sgd, schedule: 'constant', epochs: 1 };

export const trainOnBatch: Prepare<'trainingStep'> = (request) => {
  const training = trainingSchema.parse({ ...constant, objective: 'natural' });
  const session = openSession(training, storedModel(request));
  const trainer = trainOn([readRecords(request.images, request.batch)], training, session);
  return async () => {
    const loss = await trainer(0);
    return () => ({ loss });
  };
};

export const trainEpoch: Prepare<'adversarialEpoch'> = (request) => {
  const training = trainingSchema.parse({ ...constant, objective: adversarial(request.attack) });
  return epochOn(readBatches(request), training, openSession(training, storedModel(request)));
};

/** The whole of a learned-scores stage's epoch: the mask is made anew for every step. */
export const learnScores: Prepare<'learnedScoresEpoch'> = (request) => {
  const training = trainingSchema.parse({ ...constant, objective: 'natural' });
  const target = { density: request.density, scope: 'layer' } as const;
  return epochOn(readBatches(request), training, openScoreSession(training, target, storedModel(request)));
};

/** Makes weights for evaluations: a new network, Adam with a learning rate that falls to 0. */
export const train: Prepare<'train'> =
  ({ graph, attack, epochs, into, ...records }) =>
  async () => {
    const batches = readBatches(records);
    const training = trainingSchema.parse({
      objective: attack === undefined ? 'natural' : adversarial(attack),
      optimizer: { kind: 'adam', learningRate: 0.002 },
      schedule: 'cosine',
      epochs,
    });
    const parameters = initializeParameters(graph, createRandom(1));
    const session = openSession(training, { graph, parameters, masks: new Map() });
    const trainer = trainOn(batches, training, session);
    for (let step = 0; step < epochs * batches.length; step += 1) await trainer(step);
    const { parameters: arrays } = await session.snapshot(0);
    writeFileSync(into, serializeSafetensors({ arrays, metadata: { format: 'pt' } }));
    return undefined;
  };

const adversarial = (attack: Pgd) => ({ kind: 'adversarial', ...attack });

const storedModel = ({ graph, weights }: Pick<Request, 'graph' | 'weights'>): Model => ({
  graph,
  parameters: parseSafetensors(readFileSync(weights)).arrays as ParameterSet,
  masks: new Map(),
});

function epochOn(batches: readonly ExampleBatch[], training: Training, session: TrainingSession): Task {
  const trainer = trainOn(batches, training, session);
  return async () => {
    let total = 0;
    for (const step of batches.keys()) total += await trainer(step);
    return () => ({ loss: total / batches.length });
  };
}

/** Takes steps as a training stage does, without its loading, augmenting and recording; gives the loss before each. */
function trainOn(
  batches: readonly ExampleBatch[],
  training: Training,
  session: TrainingSession,
): (step: number) => Promise<number> {
  return async (step) => {
    const position = { step, stepsPerEpoch: batches.length, epochs: training.epochs };
    const learningRate = learningRateAt(training.schedule, training.optimizer.learningRate, position);
    const epoch = Math.floor(step / batches.length);
    const batch = batches[step % batches.length]!;
    const settings = { batch, learningRate, seed: 1, epoch, position };
    return (await session.step(settings)).loss;
  };
}
