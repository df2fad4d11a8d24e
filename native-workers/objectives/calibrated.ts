import { concat, dispose, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descendBesideOutliers } from './beside-outliers.ts';
import { disposeCarried } from './carried.ts';
import { beginGan, carriedFrom, ganIn } from './gan.ts';
import { generateImages, stepGan, type GanSettings } from './gan-step.ts';
import type { ObjectiveContext, ObjectiveOf, ObjectiveRule } from './objective-rule.ts';
import { fromUniform } from './outlier-losses.ts';

/**
 * The joint training of Lee et al. 2018 (arXiv:1711.09325, algorithm 1): a step of the GAN, and then one of the network,
 * of its images and of others that the generator makes from new noise, side by side in one pass.
 */
export const calibratedRule: ObjectiveRule<'calibrated'> = (objective, context) => {
  const settings = settingsOf(objective, context);
  const images = imageTensor(context.graph, context.batch.images);
  const noises = [
    noiseFor('gan-noise', objective, context),
    noiseFor('generated-noise', objective, context),
  ] as const;
  const before =
    context.carried ?? beginGan(context.graph, settings.shape, createRandom(context.seed, 'gan'));
  const { gan, measures } = stepGan(context, settings, { gan: ganIn(before), images, noise: noises[0] });
  if (before !== context.carried) disposeCarried(before);
  const made = generateImages(context, settings, { generator: gan.generator, noise: noises[1] });
  const points = tidy(() => concat([images, made]));
  dispose([images, made, ...noises]);
  const descent = descendBesideOutliers(context, {
    points,
    as: 'far from uniform',
    weight: objective.weight,
    weigh: ({ logits, outlierLogits, labels }) => ({
      ofImages: crossEntropy(logits, labels),
      ofOutliers: fromUniform(outlierLogits),
    }),
  });
  const told = {
    'generator-loss': measures.generator.loss,
    'discriminator-loss': measures.discriminator.loss,
    'generated-confidence': measures.generator['confidence']!,
  };
  return Promise.resolve({
    ...descent,
    carried: carriedFrom(gan),
    async measure() {
      const [measured, ...values] = await Promise.all([
        descent.measure(),
        ...Object.values(told).map((value) => value.data()),
      ]);
      dispose(told);
      const remarks = Object.fromEntries(Object.keys(told).map((name, i) => [name, values[i]![0]!]));
      return { ...measured, remarks: { ...measured.remarks, ...remarks } };
    },
  });
};

const settingsOf = (
  { weight, latent, channels, ganLearningRate }: ObjectiveOf<'calibrated'>,
  { graph }: ObjectiveContext,
): GanSettings => ({
  shape: { image: graph.inputShape, latent, channels },
  weight,
  learningRate: ganLearningRate,
});

/** Standard normal, [batch, latent]; each example has its own stream for each purpose and epoch. */
function noiseFor(
  purpose: string,
  { latent }: ObjectiveOf<'calibrated'>,
  { batch, seed, epoch }: ObjectiveContext,
): Tensor2D {
  const { exampleIds } = batch;
  const noise = new Float32Array(exampleIds.length * latent);
  for (const [row, id] of exampleIds.entries())
    createRandom(seed, purpose, epoch, id).fillNormal(noise.subarray(row * latent, (row + 1) * latent), 0, 1);
  return tensor2d(noise, [exampleIds.length, latent]);
}
