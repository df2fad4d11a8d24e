import { describe, expect, it } from 'vitest';
import type { EpsilonPoint } from '#contract/compare.ts';
import { gapBetween, valueAt } from './epsilon-geometry.ts';

const curve = (...points: readonly [number, number][]): EpsilonPoint[] =>
  points.map(([epsilon, mean]) => ({
    epsilon,
    value: { mean, deviation: undefined, min: mean, max: mean, count: 1 },
    low: mean,
    high: mean,
    by: [],
  }));

describe('the gap between certified and attacked accuracy', () => {
  it('ends at the largest ball that both were asked about', () => {
    const gap = gapBetween(curve([0, 0.8], [0.1, 0.6], [0.4, 0.2]), curve([0, 0.8], [0.2, 0.1]));
    expect(gap.map(({ epsilon }) => epsilon)).toEqual([0, 0.1, 0.2]);
    expect(gap.at(-1)?.low).toBe(0.1);
    expect(gap.at(-1)?.high).toBeCloseTo(0.6 - 0.4 / 3, 12);
  });

  it('is nothing where nothing was certified', () => {
    expect(gapBetween(curve([0, 0.8], [0.1, 0.6]), [])).toEqual([]);
  });
});

it('says nothing outside of the radii that were asked about', () => {
  const points = curve([0.1, 0.6], [0.4, 0.2]);
  expect([valueAt(points, 0), valueAt(points, 0.1), valueAt(points, 0.5)]).toEqual([
    undefined,
    0.6,
    undefined,
  ]);
});
