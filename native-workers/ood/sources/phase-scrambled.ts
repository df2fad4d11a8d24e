import type { ImageShape } from '#contract/network.ts';
import type { Random } from '#workers/array/random.ts';
import { transform, type Spectrum } from './fourier.ts';
import { toByte } from './to-byte.ts';

/**
 * An image with the amplitude spectrum of the given one and random phases: to the phases of every channel the same
 * ones are added, those of white noise, so that what comes back is real and its channels still go together. The mean
 * keeps its phase, so brightness stays. What falls outside the range is clipped.
 */
export function scramblePhases(image: Uint8Array, shape: ImageShape, random: Random): Uint8Array {
  const [height, width, channels] = shape;
  const size = { height, width };
  const noise = Float64Array.from({ length: height * width }, () => random.nextNormal());
  const turns = turnsOf(transform(ofReal(noise), size, 'forward'));
  const scrambled = new Uint8Array(image.length);
  for (let channel = 0; channel < channels; channel += 1) {
    const plane = Float64Array.from(noise, (_, pixel) => image[pixel * channels + channel]!);
    const turned = multiplied(transform(ofReal(plane), size, 'forward'), turns);
    const { real } = transform(turned, size, 'inverse');
    for (const [pixel, level] of real.entries()) scrambled[pixel * channels + channel] = toByte(level);
  }
  return scrambled;
}

const ofReal = (real: Float64Array): Spectrum => ({ real, imaginary: new Float64Array(real.length) });

/** Each value divided by its length; none for the mean. */
function turnsOf({ real, imaginary }: Spectrum): Spectrum {
  const lengths = real.map((value, i) => Math.hypot(value, imaginary[i]!) || 1);
  const turns = {
    real: real.map((value, i) => value / lengths[i]!),
    imaginary: imaginary.map((value, i) => value / lengths[i]!),
  };
  turns.real[0] = 1;
  turns.imaginary[0] = 0;
  return turns;
}

const multiplied = (left: Spectrum, right: Spectrum): Spectrum => ({
  real: left.real.map((a, i) => a * right.real[i]! - left.imaginary[i]! * right.imaginary[i]!),
  imaginary: left.real.map((a, i) => a * right.imaginary[i]! + left.imaginary[i]! * right.real[i]!),
});
