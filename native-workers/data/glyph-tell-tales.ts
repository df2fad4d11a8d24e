import { glyphs } from '#contract/glyphs.ts';

const amplitude = 7.8 / 255;

/** Whole periods per image along x and y, so that no two waves correlate. */
const periods = [
  [3, 0],
  [0, 3],
  [3, 3],
  [3, -3],
  [5, 1],
  [1, 5],
  [5, -2],
  [2, -5],
  [4, 2],
  [2, 4],
] as const;

/** Which channels go up where the others go down. */
const tints = [
  [1, -1, -1],
  [-1, -1, 1],
] as const;

/**
 * The feature that is useful and brittle (Ilyas et al. 2019, arXiv:1905.02175): each class carries a faint wave of
 * colour of its own, always in the same place. Its amplitude is below 8/255, so an attacker can wipe it out and hint at
 * another class's; natural training leans on it, adversarial training cannot.
 */
export const tellTales: readonly Float64Array[] = glyphs.classes.map((_, label) => tellTaleOf(label));

function tellTaleOf(label: number): Float64Array {
  const [height, width, channels] = glyphs.shape;
  const [acrossX, acrossY] = periods[label]!;
  const tint = tints[label % tints.length]!;
  return Float64Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const turn = (acrossX * (pixel % width)) / width + (acrossY * Math.floor(pixel / width)) / height;
    return amplitude * tint[i % channels]! * clippedSine(2 * Math.PI * turn + label);
  });
}

/** Flatter than a sine: more of the wave for the same amplitude. */
function clippedSine(angle: number): number {
  return Math.max(-1, Math.min(1, 2 * Math.sin(angle)));
}
