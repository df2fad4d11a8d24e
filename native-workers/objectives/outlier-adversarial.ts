import { concat, dispose, tensor2d, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { randomStarts } from '#workers/attacks/random-start.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descendBesideOutliers, imagesAndOutliers, outliersIn } from './beside-outliers.ts';
import { expectBackground } from './expect-background.ts';
import type { ObjectiveContext, ObjectiveOf, ObjectiveRule } from './objective-rule.ts';
import { outlierLosses, outlierRow, type Wanted } from './outlier-losses.ts';

/** ALOE (Chen et al. 2020, equation 5): images and outliers at the worst points that an attack finds in their balls. */
export const outlierAdversarialRule: ObjectiveRule<'outlier-adversarial'> = async (objective, context) => {
  if (objective.background) expectBackground(context.graph);
  const wanted = wantedOf(objective);
  return descendBesideOutliers(context, {
    points: await adversarialPoints(objective, context),
    as: wanted,
    weight: objective.weight,
    weigh: ({ logits, outlierLogits, labels }) => ({
      ofImages: crossEntropy(logits, labels),
      ofOutliers: outlierLosses[wanted](outlierLogits),
    }),
  });
};

/** As in adversarial training (docs/decisions/0009), for images and then outliers in one climb. Owned by the caller. */
async function adversarialPoints(
  objective: ObjectiveOf<'outlier-adversarial'>,
  context: ObjectiveContext,
): Promise<Tensor4D> {
  const { graph, parameters } = context;
  const center = imagesAndOutliers(context);
  const start = objective.randomStart ? startsOf(objective, context) : center.clone();
  const watched = watchedOf(objective, context);
  const { stepSize, steps } = objective;
  const search = { graph, parameters, center, start, watched, stepSize, steps, ball: objective };
  const last = await climb({ ...search, goal: 'leave', loss: 'cross-entropy' });
  dispose([center, start, watched]);
  return last;
}

function startsOf(objective: ObjectiveOf<'outlier-adversarial'>, context: ObjectiveContext): Tensor4D {
  const { graph, batch, seed, epoch } = context;
  const both = new Float32Array(2 * batch.images.length);
  both.set(batch.images);
  both.set(outliersIn(batch), batch.images.length);
  const streamsFor = (purpose: string) =>
    Array.from(batch.exampleIds, (id) => createRandom(seed, purpose, epoch, id));
  const streams = [...streamsFor('adversarial-start'), ...streamsFor('outlier-start')];
  return imageTensor(graph, randomStarts(both, objective, streams));
}

/** The labels of the images, and then what is wanted of outliers. */
function watchedOf(
  objective: ObjectiveOf<'outlier-adversarial'>,
  { graph, batch }: ObjectiveContext,
): Tensor2D {
  const row = outlierRow[wantedOf(objective)](graph.classCount);
  const rows = Array.from(batch.labels, () => row);
  return tidy(() => {
    const labels = oneHotTensor(batch.labels, graph.classCount);
    return concat([labels, tensor2d(rows)]);
  });
}

const wantedOf = (objective: ObjectiveOf<'outlier-adversarial'>): Wanted =>
  objective.background ? 'background' : 'alike';
