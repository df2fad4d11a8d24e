import type { ImageShape } from '#contract/network.ts';
import { placeAugmented, type Augmentation } from './augment.ts';
import { intensities } from './intensities.ts';

/** The images of one split that a stage may use. */
export type ExampleSet = {
  readonly shape: ImageShape;
  /** The whole file: bytes [count, height, width, channels]. */
  readonly images: Uint8Array;
  readonly labels: Uint16Array;
  /** Which images of the file belong to the set, in the set's order. */
  readonly indices: Uint32Array;
};

/** Examples as numerics take them. `exampleIds` are indices into the dataset's file, so they name an example for good. */
export type ExampleBatch = {
  /** [batch, height, width, channels] in [0, 1], flat. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly exampleIds: Uint32Array;
};

/** The examples at `positions` of the set, pixel / 255. */
export function gatherExamples(
  set: ExampleSet,
  positions: Uint32Array,
  augmentation?: Augmentation,
): ExampleBatch {
  const size = set.shape[0] * set.shape[1] * set.shape[2];
  const exampleIds = positions.map((position) => indexAt(set, position));
  const images = new Float32Array(positions.length * size);
  exampleIds.forEach((id, row) => {
    const pixels = set.images.subarray(id * size, (id + 1) * size);
    const target = images.subarray(row * size, (row + 1) * size);
    if (augmentation === undefined) placePlain(target, pixels);
    else placeAugmented(target, pixels, { shape: set.shape, example: id, augmentation });
  });
  return { images, labels: Int32Array.from(exampleIds, (id) => set.labels[id]!), exampleIds };
}

/** Positions first … last - 1 of a set, in its own order. */
export const positionRange = (first: number, last: number): Uint32Array =>
  Uint32Array.from({ length: last - first }, (_, i) => first + i);

function indexAt(set: ExampleSet, position: number): number {
  const index = set.indices[position];
  if (index !== undefined) return index;
  throw new RangeError(`Position ${position} lies outside a set of ${set.indices.length} examples.`);
}

function placePlain(target: Float32Array, pixels: Uint8Array): void {
  for (let i = 0; i < target.length; i += 1) target[i] = intensities[pixels[i]!]!;
}
