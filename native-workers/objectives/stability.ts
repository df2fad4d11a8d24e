import { imageTensor } from '#workers/networks/predict.ts';
import { descendOnConsistency } from './consistency.ts';
import { noisyImages } from './gaussian-noise.ts';
import type { ObjectiveRule } from './objective-rule.ts';

/** Stability training (Li et al. 2019): the network shall say of an image under noise what it says of the image. */
export const stabilityRule: ObjectiveRule<'stability'> = ({ sigma, weight }, context) =>
  Promise.resolve(
    descendOnConsistency(context, imageTensor(context.graph, noisyImages(sigma, 'noise', context)), weight),
  );
