import { createRandom } from '#workers/array/random.ts';
import type { ObjectiveContext } from './objective-rule.ts';

/**
 * The batch's images under Gaussian noise, not clipped to [0, 1]; each example has its own stream for
 * each purpose and epoch.
 */
export function noisyImages(
  sigma: number,
  purpose: string,
  { batch, seed, epoch }: ObjectiveContext,
): Float32Array {
  const { images, exampleIds } = batch;
  const size = images.length / exampleIds.length;
  const noisy = new Float32Array(images.length);
  for (const [row, id] of exampleIds.entries())
    createRandom(seed, purpose, epoch, id).fillNormal(noisy.subarray(row * size, (row + 1) * size), 0, sigma);
  return noisy.map((noise, i) => images[i]! + noise);
}
