import { imageTensor } from '#workers/networks/predict.ts';
import { descend } from './descend.ts';
import { noisyImages } from './gaussian-noise.ts';
import { classification } from './natural.ts';
import type { ObjectiveRule } from './objective-rule.ts';

/** Gaussian augmentation (Cohen et al. 2019, section 3.3): cross-entropy of images under noise. */
export const gaussianRule: ObjectiveRule<'gaussian'> = ({ sigma }, context) =>
  Promise.resolve(
    descend(context, imageTensor(context.graph, noisyImages(sigma, 'noise', context)), classification),
  );
