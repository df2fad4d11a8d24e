import { dispose, grad, maxPool, mul, sum, tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { batteryEngines } from '../../installed-engines.ts';
import { withEngine } from '../with-engine.ts';

/** Whole numbers of few values, so that the greatest of a window is seldom alone. */
const [height, width, channels] = [7, 5, 2];
const random = createRandom(8, 'ties');
const image = Float32Array.from({ length: height * width * channels }, () => random.nextInt(3) - 2);

/** Each window's gradient at the first of its greatest values, row by row. */
function atFirst(window: number, stride: number, dy: ArrayLike<number>): number[] {
  const dx = new Array<number>(image.length).fill(0);
  let next = 0;
  for (let top = 0; top + window <= height; top += stride)
    for (let left = 0; left + window <= width; left += stride)
      for (let channel = 0; channel < channels; channel += 1) {
        const places = Array.from({ length: window * window }, (_, i) => {
          const [row, column] = [top + Math.floor(i / window), left + (i % window)];
          return (row * width + column) * channels + channel;
        });
        const greatest = Math.max(...places.map((place) => image[place]!));
        dx[places.find((place) => image[place] === greatest)!]! += dy[next++]!;
      }
  return dx;
}

describe.each(batteryEngines)('the gradient of a max-pool on %s', (kind) => {
  withEngine(kind);

  it.each([
    [2, 2],
    [3, 3],
    [3, 2],
    [2, 1],
  ])('goes to the first of equal values, as in PyTorch: windows of %d every %d', async (window, stride) => {
    const pooled = (x: Tensor4D) => maxPool(x, window, stride, 'valid');
    const points = tensor4d(image, [1, height, width, channels]);
    const seen = pooled(points);
    const dy = Float32Array.from({ length: seen.size }, (_, i) => i + 1);
    const weights = tensor4d(dy, seen.shape);
    const slope = grad((x) => sum(mul(pooled(x as Tensor4D), weights)))(points);
    expect([...(await slope.data())]).toEqual(atFirst(window, stride, dy));
    dispose([points, seen, weights, slope]);
  });
});
