import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { medianOfFour, nonLocalMeans, reduceDepth } from './squeezers.ts';

describe('squeezers', () => {
  it('reduce depth to evenly spread values', () => {
    expect([...reduceDepth(1)(Float32Array.of(0, 0.49, 0.51, 1), [2, 2, 1])]).toEqual([0, 0, 1, 1]);
    const found = reduceDepth(5)(Float32Array.of(0.5, 10 / 31, 0.3333), [3, 1, 1]);
    expect(found[1]).toBeCloseTo(10 / 31, 6);
    expect(found[2]).toBeCloseTo(10 / 31, 6);
    expect(found[0]).toBeCloseTo(16 / 31, 6);
  });

  it('take the median of four as scipy.ndimage.median_filter(size=2) does', () => {
    const image = Float32Array.of(1, 5, 2, 8, 0, 7, 3, 6, 4);
    // by hand, the third smallest of [i-1, i] x [j-1, j], borders doubled
    expect([...medianOfFour(image, [3, 3, 1])]).toEqual([1, 5, 5, 8, 5, 5, 8, 6, 6]);
  });

  it('average by non-local means as its definition does', () => {
    const random = createRandom(1, 'image');
    const shape = [6, 5, 2] as const;
    const image = Float32Array.from({ length: 60 }, () => 0.5 + 0.02 * random.nextNormal());
    const found = nonLocalMeans({ window: 5, patch: 3, strength: 4 })(image, shape);
    const mirror = (place: number, length: number): number =>
      place < 0 ? -place : place >= length ? 2 * (length - 1) - place : place;
    const at = (y: number, x: number, c: number): number =>
      image[(mirror(mirror(y, 6), 6) * 5 + mirror(mirror(x, 5), 5)) * 2 + c]!;
    for (const [y, x] of [
      [0, 0],
      [2, 3],
      [5, 4],
    ] as const) {
      let [total, sum] = [0, 0];
      for (let v = -2; v <= 2; v += 1)
        for (let u = -2; u <= 2; u += 1) {
          let apart = 0;
          for (let j = -1; j <= 1; j += 1)
            for (let i = -1; i <= 1; i += 1)
              for (let c = 0; c < 2; c += 1)
                apart += (255 * (at(y + j, x + i, c) - at(y + j + v, x + i + u, c))) ** 2 / 18;
          const weight = Math.exp(-apart / 16);
          total += weight;
          sum += weight * at(y + v, x + u, 1);
        }
      expect(found[(y * 5 + x) * 2 + 1]).toBeCloseTo(sum / total, 5);
    }
  });

  it('leave an even image as it is', () => {
    const image = new Float32Array(64).fill(16 / 31);
    for (const squeezer of [
      reduceDepth(5),
      medianOfFour,
      nonLocalMeans({ window: 11, patch: 3, strength: 4 }),
    ])
      for (const value of squeezer(image, [8, 8, 1])) expect(value).toBeCloseTo(16 / 31, 6);
  });
});
