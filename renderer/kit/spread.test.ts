import { expect, it } from 'vitest';
import { measureSpread } from './spread.ts';

it('spreads with the sample standard deviation', () => {
  const spread = measureSpread([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(spread).toMatchObject({ mean: 5, count: 8 });
  expect(spread?.deviation).toBeCloseTo(2.1380899, 6);
});

it('gives no deviation to a single value and nothing to none', () => {
  expect(measureSpread([0.5])?.deviation).toBeUndefined();
  expect(measureSpread([])).toBeUndefined();
});
