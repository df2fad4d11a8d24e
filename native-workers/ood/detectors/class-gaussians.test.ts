import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { addExample, emptySums, fitGaussians, nearestClass } from './class-gaussians.ts';

const size = 4;
/** Three classes of features that depend on each other. */
function examples(count: number) {
  const random = createRandom(2, 'features');
  return Array.from({ length: count }, (_, i) => {
    const [a, b, c, d] = Array.from({ length: size }, () => random.nextNormal());
    const label = i % 3;
    return { label, features: Float32Array.of(a! + 2 * label, a! + 0.5 * b!, c! - label, 0.3 * d! + c!) };
  });
}
const given = examples(300);
const fitted = (scales: readonly number[], classCount = 3) => {
  const sums = emptySums(classCount, size);
  for (const { label, features } of given)
    addExample(
      sums,
      features.map((value, i) => value * scales[i]!),
      label,
    );
  return fitGaussians(sums);
};

describe('class gaussians', () => {
  it('measure minus half the squared Mahalanobis distance to the nearest mean, as its definition does', () => {
    const gaussians = fitted([1, 1, 1, 1]);
    const means = [0, 1, 2].map((label) => meanOf(given.filter((each) => each.label === label)));
    const covariance = Array.from({ length: size }, (_, i) =>
      Array.from(
        { length: size },
        (_, j) =>
          given.reduce(
            (sum, { label, features }) =>
              sum + (features[i]! - means[label]![i]!) * (features[j]! - means[label]![j]!),
            0,
          ) / given.length,
      ),
    );
    for (const { features } of given.slice(0, 20)) {
      const squares = means.map((mean) => {
        const apart = mean.map((value, i) => features[i]! - value);
        const solved = solve(covariance, apart);
        return apart.reduce((sum, value, i) => sum + value * solved[i]!, 0);
      });
      expect(nearestClass(features, gaussians)).toBeCloseTo(-Math.min(...squares) / 2, 3);
    }
  });

  it('do not change where features are rescaled', () => {
    const scales = [1e-3, 40, 7, 1e4];
    const [plain, scaled] = [fitted([1, 1, 1, 1]), fitted(scales)];
    for (const { features } of examples(330).slice(300)) {
      const expected = nearestClass(features, plain);
      const found = nearestClass(
        features.map((value, i) => value * scales[i]!),
        scaled,
      );
      expect(Math.abs(found / expected - 1)).toBeLessThan(1e-4);
    }
  });

  it('are the same with a class more that has no examples: no mean is made of nothing', () => {
    expect(fitted([1, 1, 1, 1], 4)).toEqual(fitted([1, 1, 1, 1]));
  });

  it('bear features that never vary and features that repeat others', () => {
    const sums = emptySums(3, size + 2);
    const widen = (features: Float32Array) => Float32Array.of(...features, 3, features[0]!);
    for (const { label, features } of given) addExample(sums, widen(features), label);
    const wide = fitGaussians(sums);
    const plain = fitted([1, 1, 1, 1]);
    for (const { features } of given.slice(0, 20)) {
      const found = nearestClass(widen(features), wide);
      expect(Math.abs(found - nearestClass(features, plain))).toBeLessThan(0.05 * Math.abs(found) + 0.05);
    }
  });
});

const meanOf = (rows: readonly { readonly features: Float32Array }[]): number[] =>
  Array.from(
    { length: size },
    (_, i) => rows.reduce((sum, { features }) => sum + features[i]!, 0) / rows.length,
  );

function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (const [i, pivot] of rows.entries())
    for (const row of rows)
      if (row !== pivot) {
        const factor = row[i]! / pivot[i]!;
        pivot.forEach((value, j) => (row[j]! -= factor * value));
      }
  return rows.map((row, i) => row[size]! / row[i]!);
}
