import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizeImage } from './resize-image.ts';

const grey = (width: number, values: readonly number[]) => ({
  width,
  height: values.length / width,
  channels: 1 as const,
  pixels: Uint8Array.from(values),
});
const side = fc.integer({ min: 1, max: 9 });

describe('resizeImage', () => {
  it('interpolates between pixel centres when it enlarges', () => {
    expect([...resizeImage(grey(2, [0, 200]), { height: 1, width: 4 }).pixels]).toEqual([0, 50, 150, 200]);
  });

  it('averages with a triangle over every input pixel when it shrinks', () => {
    // Weights of the left pixel: (3, 3, 1) / 7 at distances 0.5, 0.5 and 1.5 of a reach of 2.
    expect([...resizeImage(grey(4, [70, 70, 210, 0]), { height: 1, width: 2 }).pixels]).toEqual([90, 100]);
  });

  it('resizes columns as it resizes rows, and channels apart', () => {
    const pixels = Uint8Array.of(0, 10, 20, 200, 110, 20);
    const column = resizeImage({ width: 1, height: 2, channels: 3, pixels }, { height: 4, width: 1 });
    expect([...column.pixels]).toEqual([0, 10, 20, 50, 35, 20, 150, 85, 20, 200, 110, 20]);
  });

  it('keeps a flat image flat and its mirror image mirrored, at any size', () => {
    fc.assert(
      fc.property(
        side,
        side,
        side,
        fc.uint8Array({ minLength: 81, maxLength: 81 }),
        (from, to, other, noise) => {
          const flat = resizeImage(
            grey(
              from,
              Array.from({ length: from * other }, () => 77),
            ),
            {
              height: to,
              width: other,
            },
          );
          expect(new Set(flat.pixels)).toEqual(new Set([77]));
          const row = [...noise.slice(0, from)];
          const there = [...resizeImage(grey(from, row), { height: 1, width: to }).pixels];
          const back = [...resizeImage(grey(from, row.toReversed()), { height: 1, width: to }).pixels];
          back.reverse().forEach((value, index) => {
            expect(Math.abs(value - there[index]!)).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });
});
