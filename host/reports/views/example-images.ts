import type { ExampleView } from '#contract/views.ts';
import type { StoredExample } from './stored-examples.ts';

/** The ball that an example was perturbed in: the difference is magnified until it would be fully visible at that radius. */
export type ExampleBall = { readonly norm: string; readonly epsilon: number };

/** What a gallery draws of a stored pair. */
export function exampleImages(
  pixels: StoredExample,
  { norm, epsilon }: ExampleBall,
): Pick<ExampleView, 'clean' | 'adversarial' | 'difference' | 'magnification'> {
  const magnification = magnificationOf(norm, epsilon, pixels);
  return {
    clean: base64(pixels.clean),
    adversarial: base64(Uint8Array.from(pixels.adversarial, (value) => Math.round(255 * clamp01(value)))),
    difference: base64(differenceOf(pixels, magnification)),
    magnification,
  };
}

/** A whole number, so that it can be said: in a linf ball by its radius, else by the largest change of the image. */
function magnificationOf(norm: string, epsilon: number, { clean, adversarial }: StoredExample): number {
  const largest =
    norm === 'linf'
      ? epsilon
      : adversarial.reduce(
          (most, value, index) => Math.max(most, Math.abs(value - (clean[index] ?? 0) / 255)),
          0,
        );
  return largest > 0 ? Math.max(1, Math.round(1 / largest)) : 1;
}

function differenceOf({ clean, adversarial }: StoredExample, magnification: number): Uint8Array {
  return Uint8Array.from(adversarial, (value, index) => {
    const change = value - (clean[index] ?? 0) / 255;
    return Math.max(0, Math.min(255, Math.round(127.5 + magnification * change * 127.5)));
  });
}

const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
