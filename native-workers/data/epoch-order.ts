import { createRandom } from '#workers/array/random.ts';

/** In which order an epoch visits the set's positions: nothing is kept, so a resumed epoch derives it again. */
export const epochOrder = (seed: number, epoch: number, count: number): Uint32Array =>
  createRandom(seed, 'shuffle', epoch).permutation(count);
