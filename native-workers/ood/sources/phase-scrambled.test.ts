import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { transform, type Spectrum } from './fourier.ts';
import { scramblePhases } from './phase-scrambled.ts';

const field = (count: number, low = 0, high = 1): Spectrum => {
  const random = createRandom(4, 'field');
  const draw = () => Float64Array.from({ length: count }, () => low + (high - low) * random.nextUniform());
  return { real: draw(), imaginary: new Float64Array(count) };
};
const amplitudes = ({ real, imaginary }: Spectrum) =>
  real.map((value, i) => Math.hypot(value, imaginary[i]!));

describe('the Fourier transform', () => {
  it.each([
    [4, 4],
    [5, 7],
    [8, 3],
  ])('of %d x %d values is the double sum of its definition', (height, width) => {
    const given = field(height * width);
    const found = transform(given, { height, width }, 'forward');
    for (let k = 0; k < height; k += 1)
      for (let l = 0; l < width; l += 1) {
        let [a, b] = [0, 0];
        for (let y = 0; y < height; y += 1)
          for (let x = 0; x < width; x += 1) {
            const angle = -2 * Math.PI * ((k * y) / height + (l * x) / width);
            a += given.real[y * width + x]! * Math.cos(angle);
            b += given.real[y * width + x]! * Math.sin(angle);
          }
        expect(found.real[k * width + l]).toBeCloseTo(a, 9);
        expect(found.imaginary[k * width + l]).toBeCloseTo(b, 9);
      }
  });

  it('comes back', () => {
    const size = { height: 28, width: 28 };
    const given = field(784);
    const back = transform(transform(given, size, 'forward'), size, 'inverse');
    for (const [i, value] of given.real.entries()) expect(back.real[i]).toBeCloseTo(value, 10);
  });
});

describe('scramblePhases', () => {
  const size = { height: 16, width: 16 };
  /** Little contrast, so that nothing is clipped. */
  const image = Uint8Array.from({ length: 768 }, (_, i) => 110 + ((i * 7919) % 37));
  const scrambled = scramblePhases(image, [16, 16, 3], createRandom(1, 'phases'));
  const planeOf = (pixels: Uint8Array, channel: number): Spectrum => ({
    real: Float64Array.from({ length: 256 }, (_, i) => pixels[3 * i + channel]!),
    imaginary: new Float64Array(256),
  });

  it('keeps the amplitudes of every channel, up to the rounding of bytes', () => {
    for (const channel of [0, 1, 2]) {
      const before = amplitudes(transform(planeOf(image, channel), size, 'forward'));
      const after = amplitudes(transform(planeOf(scrambled, channel), size, 'forward'));
      // rounding adds noise of variance 1/12 to 256 values: standard deviation 4.6 of an amplitude
      for (const [i, value] of before.entries()) expect(Math.abs(after[i]! - value)).toBeLessThan(25);
    }
  });

  it('loses the phases, but not the mean', () => {
    const mean = (pixels: Uint8Array) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    expect(mean(scrambled)).toBeCloseTo(mean(image), 0);
    const centred = (pixels: Uint8Array) => Array.from(pixels, (value) => value - mean(pixels));
    const [before, after] = [centred(image), centred(scrambled)];
    const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const correlation = product(before, after) / Math.sqrt(product(before, before) * product(after, after));
    expect(Math.abs(correlation)).toBeLessThan(0.25);
  });
});
