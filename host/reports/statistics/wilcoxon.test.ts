import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilcoxon } from './wilcoxon.ts';

const zeros = (values: readonly number[]): number[] => values.map(() => 0);

describe('the Wilcoxon signed-rank test', () => {
  // Darwin's plants, as in the documentation of scipy.stats.wilcoxon: statistic 24.0, p 0.041259765625.
  it('agrees with SciPy', () => {
    const differences = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];
    expect(wilcoxon(differences, zeros(differences))).toBeCloseTo(0.041259765625, 12);
  });

  it('cannot show anything at 0.05 with five seeds, and just can with six', () => {
    expect(wilcoxon([1, 2, 3, 4, 5], zeros([1, 2, 3, 4, 5]))).toBe(0.0625);
    expect(wilcoxon([1, 2, 3, 4, 5, 6], zeros([1, 2, 3, 4, 5, 6]))).toBe(0.03125);
  });

  it('says nothing about one pair, and 1 of pairs that are equal', () => {
    expect(wilcoxon([1], [2])).toBeUndefined();
    expect(wilcoxon([1, 2, 3], [1, 2, 3])).toBe(1);
  });

  it('is the share of all signs whose rank sum is as extreme, ties included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 2, maxLength: 8 }),
        (differences) => {
          expect(wilcoxon(differences, zeros(differences))).toBeCloseTo(bySigns(differences), 12);
        },
      ),
    );
  });
});

/** Counts over all 2^n signs, with mean ranks from sorting: the slow way. */
function bySigns(differences: readonly number[]): number {
  const nonzero = differences.filter((value) => value !== 0);
  if (nonzero.length === 0) return 1;
  const sorted = nonzero.map(Math.abs).sort((left, right) => left - right);
  const ranks = nonzero.map(
    (value) => (sorted.indexOf(Math.abs(value)) + sorted.lastIndexOf(Math.abs(value))) / 2 + 1,
  );
  const center = ranks.reduce((sum, rank) => sum + rank, 0) / 2;
  const distance = (isIn: (index: number) => boolean): number =>
    Math.abs(ranks.reduce((sum, rank, index) => sum + (isIn(index) ? rank : 0), 0) - center);
  const observed = distance((index) => (nonzero[index] ?? 0) > 0);
  const all = Array.from({ length: 2 ** nonzero.length }, (_, signs) =>
    distance((index) => ((signs >> index) & 1) === 1),
  );
  return all.filter((each) => each >= observed - 1e-9).length / all.length;
}
