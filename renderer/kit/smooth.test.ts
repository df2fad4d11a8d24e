import { expect, it } from 'vitest';
import { smooth } from './smooth.ts';

it('leaves values alone at weight zero', () => {
  expect(smooth([3, 1, 2], 0)).toEqual([3, 1, 2]);
});

it('starts at the first value instead of near zero', () => {
  for (const value of smooth([5, 5, 5], 0.9)) expect(value).toBeCloseTo(5, 12);
});

it('weighs older values less', () => {
  const [first, second] = smooth([0, 1], 0.5);
  expect(first).toBe(0);
  expect(second).toBeCloseTo(2 / 3, 12);
});
