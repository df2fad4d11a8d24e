import { dispose } from '@tensorflow/tfjs-core';
import { epsilonSchema } from '#contract/quantities.ts';
import { createRandom } from '#workers/array/random.ts';
import { randomStarts } from '#workers/attacks/random-start.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { gatherExamples, type ExampleBatch } from '#workers/data/example-set.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import { chooseTargets } from '#workers/ood/choose-targets.ts';
import type { FitProgress, FitRequest } from './detector-rule.ts';

/** Training examples, and each as an attack left it. */
export type AttackedExamples = {
  /** In the training set. */
  readonly positions: Uint32Array;
  readonly attacked: readonly Float32Array[];
};

/**
 * Attacks up to `most` training images as an open-world measurement attacks its inputs, in the ball that is usual for
 * colour or for grey images (docs/decisions/0021).
 */
export async function* attackExamples(
  request: FitRequest,
  most: number,
): AsyncGenerator<FitProgress, AttackedExamples, void> {
  const { train, seed } = request;
  const chosen = createRandom(seed, 'attacked training images').permutation(train.indices.length);
  const positions = chosen.slice(0, most);
  const attacked: Float32Array[] = [];
  for (let first = 0; first < positions.length; first += batchSize) {
    const batch = gatherExamples(train, positions.subarray(first, first + batchSize));
    const points = await attackBatchOnce(batch, request);
    const size = points.length / batch.labels.length;
    for (const row of batch.labels.keys()) attacked.push(points.slice(row * size, (row + 1) * size));
    yield { done: attacked.length, total: positions.length };
  }
  return { positions, attacked };
}

const batchSize = 128;
const steps = 10;

/** To a random class other than the prediction, from a random start. */
async function attackBatchOnce(
  batch: ExampleBatch,
  { network, classCount, seed }: FitRequest,
): Promise<Float32Array> {
  const { graph, parameters } = network;
  const { classes } = await predict({ graph, parameters, ...batch });
  const targets = chooseTargets(classes, { seed, exampleIds: batch.exampleIds, classCount });
  const epsilon = epsilonSchema.parse(graph.inputShape[2] === 1 ? 0.3 : 8 / 255);
  const ball = { norm: 'linf', epsilon } as const;
  const streams = Array.from(batch.exampleIds, (id) => createRandom(seed, 'adversary-network start', id));
  const center = imageTensor(graph, batch.images);
  const start = imageTensor(graph, randomStarts(batch.images, ball, streams));
  const watched = oneHotTensor(targets, graph.classCount);
  const search = { graph, parameters, center, start, watched, steps, stepSize: epsilon / 4, ball };
  const points = await climb({ ...search, goal: 'reach', loss: 'cross-entropy' });
  try {
    return (await points.data()) as Float32Array;
  } finally {
    dispose([center, start, watched, points]);
  }
}
