import { expect, it } from 'vitest';
import { magnifyDifference } from './magnify-difference.ts';

it('stretches around grey', () => {
  expect([...magnifyDifference(Uint8Array.of(117, 138), 10, 20)]).toEqual([107, 149]);
});

it('stops at black and white', () => {
  expect([...magnifyDifference(Uint8Array.of(0, 255, 60), 1, 50)]).toEqual([0, 255, 0]);
});

it('leaves the bytes alone at their own magnification', () => {
  const bytes = Uint8Array.of(1, 127, 128);
  expect(magnifyDifference(bytes, 10, 10)).toBe(bytes);
});
