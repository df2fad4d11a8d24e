import { dispose, type Tensor4D } from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { randomStarts } from '#workers/attacks/random-start.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descend } from './descend.ts';
import { classification } from './natural.ts';
import type { ObjectiveContext, ObjectiveOf, ObjectiveRule } from './objective-rule.ts';

export const adversarialRule: ObjectiveRule<'adversarial'> = async (objective, context) =>
  descend(context, await adversarialPoints(objective, context), classification);

/**
 * The last iterate of PGD on the cross-entropy (Madry et al. 2018), owned by the caller. It attacks the network in
 * evaluation (docs/decisions/0009): one example's attack then depends on no other's.
 */
async function adversarialPoints(
  objective: ObjectiveOf<'adversarial'>,
  { graph, parameters, batch, seed, epoch }: ObjectiveContext,
): Promise<Tensor4D> {
  const center = imageTensor(graph, batch.images);
  const streams = Array.from(batch.exampleIds, (id) => createRandom(seed, 'adversarial-start', epoch, id));
  const start = objective.randomStart
    ? imageTensor(graph, randomStarts(batch.images, objective, streams))
    : center.clone();
  const watched = oneHotTensor(batch.labels, graph.classCount);
  const { stepSize, steps } = objective;
  const search = { graph, parameters, center, start, watched, stepSize, steps, ball: objective };
  const last = await climb({ ...search, goal: 'leave', loss: 'cross-entropy' });
  dispose([center, start, watched]);
  return last;
}
