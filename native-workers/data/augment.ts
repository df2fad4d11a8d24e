import type { DatasetManifest } from '#contract/dataset.ts';
import type { ImageShape } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { intensities } from './intensities.ts';

/** Random crops and flips; `seed`, `epoch` and the example's id decide them, whatever the batch. */
export type Augmentation = {
  readonly kind: Exclude<DatasetManifest['augmentation'], 'none'>;
  readonly seed: number;
  readonly epoch: number;
};

const padding = 4;

/** Writes a random crop of the image, zero-padded by 4 on each side, and for `crop-flip` mirrors every second one. */
export function placeAugmented(
  target: Float32Array,
  pixels: Uint8Array,
  { shape, example, augmentation }: AugmentedExample,
): void {
  const [height, width, channels] = shape;
  const { kind, seed, epoch } = augmentation;
  const random = createRandom(seed, 'augmentation', epoch, example);
  const down = random.nextInt(2 * padding + 1) - padding;
  const right = random.nextInt(2 * padding + 1) - padding;
  const mirrored = kind === 'crop-flip' && random.nextInt(2) === 1;
  for (let row = 0, offset = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1, offset += channels) {
      const fromRow = row + down;
      const fromColumn = (mirrored ? width - 1 - column : column) + right;
      const inside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width;
      const from = (fromRow * width + fromColumn) * channels;
      for (let channel = 0; channel < channels; channel += 1)
        target[offset + channel] = inside ? intensities[pixels[from + channel]!]! : 0;
    }
}

type AugmentedExample = {
  readonly shape: ImageShape;
  readonly example: number;
  readonly augmentation: Augmentation;
};
