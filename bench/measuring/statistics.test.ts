import { describe, expect, it } from 'vitest';
import { median, spread } from './statistics.ts';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the two middle values of an even number', () => {
    expect(median([1, 100, 3, 2])).toBe(2.5);
  });

  it('refuses no values', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('spread', () => {
  it('is the median distance from the median, as a fraction of it', () => {
    expect(spread([8, 10, 11, 10, 40])).toBeCloseTo(0.1);
  });

  it('is zero for equal values', () => {
    expect(spread([3, 3])).toBe(0);
  });
});
