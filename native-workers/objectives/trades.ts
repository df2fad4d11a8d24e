import { dispose, softmax, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { climb } from '#workers/attacks/trajectory.ts';
import { forward } from '#workers/networks/forward.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descendOnConsistency } from './consistency.ts';
import { noisyImages } from './gaussian-noise.ts';
import type { ObjectiveContext, ObjectiveOf, ObjectiveRule } from './objective-rule.ts';

/** TRADES (Zhang et al. 2019, equation 5). */
export const tradesRule: ObjectiveRule<'trades'> = async (objective, context) =>
  descendOnConsistency(context, await divergentPoints(objective, context), objective.weight);

/**
 * The last iterate of a climb of the divergence from what the network in evaluation (docs/decisions/0009) says of the
 * image, begun at a small Gaussian step from it, where the divergence has a slope. Owned by the caller.
 */
async function divergentPoints(
  { steps, stepSize, ...ball }: ObjectiveOf<'trades'>,
  context: ObjectiveContext,
): Promise<Tensor4D> {
  const { graph, parameters, batch } = context;
  const center = imageTensor(graph, batch.images);
  const start = imageTensor(graph, noisyImages(firstDeviation, 'trades-start', context));
  // The cross-entropy against soft labels differs from the divergence by their entropy, which is constant.
  const watched = tidy(() => softmax(forward(graph, parameters, center)));
  const search = { graph, parameters, center, start, watched, stepSize, steps, ball };
  const last = await climb({ ...search, goal: 'leave', loss: 'cross-entropy' });
  dispose([center, start, watched]);
  return last;
}

/** Standard deviation of the authors' code, in units of the input range. */
const firstDeviation = 0.001;
