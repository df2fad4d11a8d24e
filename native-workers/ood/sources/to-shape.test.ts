import { describe, expect, it } from 'vitest';
import { toShape } from './to-shape.ts';

describe('toShape', () => {
  it('leaves an image of the same shape as it is', () => {
    const image = Uint8Array.from({ length: 27 }, (_, i) => 9 * i);
    expect(toShape(image, [3, 3, 3], [3, 3, 3])).toEqual(image);
  });

  it('doubles bilinearly between centres, the outermost repeated', () => {
    expect([...toShape(Uint8Array.of(0, 100), [1, 2, 1], [1, 4, 1])]).toEqual([0, 25, 75, 100]);
    expect([...toShape(Uint8Array.of(0, 100, 200, 40), [2, 2, 1], [1, 1, 1])]).toEqual([85]);
  });

  it('keeps a plane of even slope even inside', () => {
    const slope = Uint8Array.from({ length: 28 * 28 }, (_, i) => 8 * (i % 28));
    const row = toShape(slope, [28, 28, 1], [32, 32, 1]).slice(32 * 5, 32 * 6);
    for (let x = 1; x < 31; x += 1) expect(row[x]).toBe(Math.floor(8 * ((x + 0.5) * (28 / 32) - 0.5) + 0.5));
  });

  it('makes grey of colour by luma, and colour of grey by repeating it', () => {
    expect([...toShape(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), [1, 3, 3], [1, 3, 1])]).toEqual([
      76, 150, 29,
    ]);
    expect([...toShape(Uint8Array.of(7, 9), [1, 2, 1], [1, 2, 3])]).toEqual([7, 7, 7, 9, 9, 9]);
  });
});
