import type { Random } from '#workers/array/random.ts';
import { toByte } from './to-byte.ts';

/** Per value, clipped to the range and never wrapped around it. */
export function gaussianNoise(
  image: Uint8Array,
  { mean, sigma }: { readonly mean: number; readonly sigma: number },
  random: Random,
): void {
  for (let i = 0; i < image.length; i += 1) image[i] = toByte(255 * (mean + sigma * random.nextNormal()));
}

/** Every byte equally often. */
export function uniformNoise(image: Uint8Array, random: Random): void {
  for (let i = 0; i < image.length; i += 1) image[i] = random.nextInt(256);
}

/** One colour, every one equally often. */
export function constantImage(image: Uint8Array, channels: number, random: Random): void {
  const colour = Array.from({ length: channels }, () => random.nextInt(256));
  for (let i = 0; i < image.length; i += 1) image[i] = colour[i % channels]!;
}
