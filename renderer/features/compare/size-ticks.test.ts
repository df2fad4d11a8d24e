import { expect, it } from 'vitest';
import { roundTicks, spacedTicks } from './size-ticks.ts';

it('marks decades where there are three, else finer steps', () => {
  expect(roundTicks(0.01, 1)).toEqual([0.01, 0.1, 1]);
  expect(roundTicks(0.1, 1)).toEqual([0.1, 0.2, 0.5, 1]);
  expect(roundTicks(0.095, 0.32)).toEqual([0.1, 0.15, 0.2, 0.3]);
});

it.each([
  [405_962, 926_696],
  [527_490, 527_491],
  [0.5, 0.51],
  [0.1, 1],
  [2.9, 21],
  [0.001, 1000],
])('never leaves an axis from %d to %d with fewer than two marks, all of them inside', (low, high) => {
  const ticks = roundTicks(low, high);
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
  expect(ticks).toEqual(ticks.toSorted((left, right) => left - right));
});

it('marks the one value of an axis that has one', () => {
  expect(roundTicks(10, 10)).toEqual([10]);
});

it('writes no label over another, and marks what it does not write', () => {
  const ticks = [1, 10, 10.5].map((value) => ({ value, text: `${value}×` }));
  const spaced = spacedTicks(ticks, [0.9, 12]);
  expect(spaced.map(({ text }) => text)).toEqual(['1×', '10×', '']);
  expect(spaced.map(({ value }) => value)).toEqual([1, 10, 10.5]);
});
