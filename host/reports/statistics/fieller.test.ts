import { describe, expect, it } from 'vitest';
import { fiellerInterval } from './fieller.ts';

describe("Fieller's interval", () => {
  it('ends where numerator minus ratio times denominator is 1.96 standard errors from 0', () => {
    const [numerator, denominator] = [
      { value: 0.6, variance: 0.0004 },
      { value: 0.3, variance: 0.0003 },
    ];
    const { low, high } = fiellerInterval(numerator, denominator)!;
    for (const ratio of [low, high]) {
      const error = Math.sqrt(numerator.variance + ratio ** 2 * denominator.variance);
      expect(Math.abs(numerator.value - ratio * denominator.value) / error).toBeCloseTo(1.959963984540054, 9);
    }
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
  });

  it('says nothing where the denominator may be 0', () => {
    expect(fiellerInterval({ value: 0.5, variance: 0.01 }, { value: 0.1, variance: 0.01 })).toBeUndefined();
  });

  it('is the ratio itself where nothing is uncertain', () => {
    expect(fiellerInterval({ value: 1, variance: 0 }, { value: 4, variance: 0 })).toEqual({
      low: 0.25,
      high: 0.25,
    });
  });
});
