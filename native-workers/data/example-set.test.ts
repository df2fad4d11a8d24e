import { describe, expect, it } from 'vitest';
import type { Augmentation } from './augment.ts';
import { epochOrder } from './epoch-order.ts';
import { gatherExamples, type ExampleSet } from './example-set.ts';

/** Five images of 12 x 12 x 2 whose bytes all differ within an image. */
const shape = [12, 12, 2] as const;
const size = 12 * 12 * 2;
const set: ExampleSet = {
  shape,
  images: Uint8Array.from({ length: 5 * size }, (_, i) => ((i % size) + Math.floor(i / size)) % 256),
  labels: Uint16Array.of(3, 1, 4, 1, 5),
  indices: Uint32Array.of(4, 0, 2),
};
const augmentation: Augmentation = { kind: 'crop-flip', seed: 11, epoch: 2 };
const oneAt = (position: number, augmented?: Augmentation) =>
  gatherExamples(set, Uint32Array.of(position), augmented).images;

describe('gatherExamples', () => {
  it('gives pixel / 255, labels and ids of the asked examples', () => {
    const batch = gatherExamples(set, Uint32Array.of(1, 0));
    expect([...batch.exampleIds]).toEqual([0, 4]);
    expect([...batch.labels]).toEqual([3, 5]);
    expect(batch.images[3]).toBe(Math.fround(3 / 255));
    expect(batch.images[size]).toBe(Math.fround(4 / 255));
  });

  it('refuses a position outside the set', () => {
    expect(() => gatherExamples(set, Uint32Array.of(3))).toThrow(/Position 3/);
  });

  it('augments an example the same way in whatever batch it stands', () => {
    const together = gatherExamples(set, Uint32Array.of(0, 1, 2), augmentation).images;
    expect(together.slice(size, 2 * size)).toEqual(oneAt(1, augmentation));
  });

  it('augments otherwise in another epoch', () => {
    const epochs = Array.from({ length: 6 }, (_, epoch) => oneAt(0, { ...augmentation, epoch }).join());
    expect(new Set(epochs).size).toBeGreaterThan(3);
  });

  it('shifts by at most four pixels, fills with zeros and mirrors about every second image', () => {
    const plain = oneAt(0);
    const at = (image: Float32Array, row: number, column: number): number =>
      row < 0 || row > 11 || column < 0 || column > 11 ? 0 : image[(row * 12 + column) * 2]!;
    let mirroredCount = 0;
    for (let epoch = 0; epoch < 60; epoch += 1) {
      const image = oneAt(0, { ...augmentation, epoch });
      const matches = (down: number, right: number, mirrored: boolean): boolean =>
        Array.from({ length: 144 }, (_, i) => [Math.floor(i / 12), i % 12] as const).every(
          ([row, column]) =>
            at(image, row, column) === at(plain, row + down, (mirrored ? 11 - column : column) + right),
        );
      const found = [false, true].flatMap((mirrored) =>
        Array.from({ length: 81 }, (_, i) => [Math.floor(i / 9) - 4, (i % 9) - 4] as const)
          .filter(([down, right]) => matches(down, right, mirrored))
          .map(() => mirrored),
      );
      expect(found).toHaveLength(1);
      if (found[0] === true) mirroredCount += 1;
    }
    expect(mirroredCount).toBeGreaterThan(15);
    expect(mirroredCount).toBeLessThan(45);
  });
});

describe('epochOrder', () => {
  it('visits every position once, in an order of the epoch’s own', () => {
    const first = epochOrder(1, 0, 50);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(epochOrder(1, 0, 50)).toEqual(first);
    expect(epochOrder(1, 1, 50)).not.toEqual(first);
  });
});
