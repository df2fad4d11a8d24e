import { createRandom } from '#workers/array/random.ts';
import { BadInput } from './bad-input.ts';

export type ChosenSplits = { readonly train: Uint32Array; readonly validation: Uint32Array };

/**
 * Which images of the training file are held out for choosing, and which are trained on. One fixed permutation gives
 * validation its first images and training the next ones: the same choice for every run, whatever its seed.
 */
export function chooseSplits(available: number, train: number, validation: number): ChosenSplits {
  if (train + validation > available)
    throw new BadInput(
      `The training file holds ${available} images, but ${train} for training and ${validation} for validation were asked for.`,
      'Ask for fewer training or validation images in the study.',
    );
  const order = createRandom(splitSeed, 'validation split').permutation(available);
  return { validation: order.slice(0, validation), train: order.slice(validation, validation + train) };
}

/** Raising algorithmVersions.import goes with changing it: other images would be held out. */
const splitSeed = 0;
