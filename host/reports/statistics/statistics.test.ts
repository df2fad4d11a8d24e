import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureProportion } from './proportion.ts';
import { holm, mcNemarExact, pairedT } from './significance.ts';
import { logGamma, regularizedBeta } from './special-functions.ts';
import { measureSpread } from './spread.ts';

describe('measureProportion', () => {
  // R: prop.test(x, n, correct = FALSE)$conf.int; the first is Newcombe (1998), table I.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [29, 29, 0.883, 1],
  ])('gives %i of %i the interval [%d, %d]', (successes, total, low, high) => {
    const proportion = measureProportion(successes, total);
    expect(proportion.low).toBeCloseTo(low, 4);
    expect(proportion.high).toBeCloseTo(high, 4);
  });

  it('keeps the value inside the interval, and the interval inside [0, 1]', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (one, other) => {
        const { low, value, high } = measureProportion(Math.min(one, other), Math.max(one, other, 1));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses more successes than examples', () => {
    expect(() => measureProportion(3, 2)).toThrow(/successes <= total/);
  });
});

describe('measureSpread', () => {
  it('divides by n - 1', () => {
    expect(measureSpread([2, 4, 4, 4, 5, 5, 7, 9])?.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it('gives one value no deviation and no value nothing', () => {
    expect(measureSpread([3])).toEqual({ count: 1, mean: 3, deviation: undefined });
    expect(measureSpread([])).toBeUndefined();
  });
});

describe('the exact McNemar test', () => {
  // R: binom.test(b, b + c)$p.value
  it.each([
    [1, 5, 0.21875],
    [10, 0, 0.001953125],
    [3, 3, 1],
    [0, 0, 1],
    [20, 40, 0.013489],
  ])('gives %i against %i the p value %d', (first, second, p) => {
    expect(mcNemarExact(first, second)).toBeCloseTo(p, 6);
  });

  it('is symmetric', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (first, second) => {
        expect(mcNemarExact(first, second)).toBe(mcNemarExact(second, first));
      }),
    );
  });
});

describe('the paired t test', () => {
  // t tables: 2.776 at 4 degrees of freedom, 12.706 at 1, are the two-sided 5 % quantiles.
  it.each([
    [2.7764451, 4, 0.05],
    [12.7062047, 1, 0.05],
    [3.1692727, 10, 0.01],
    [1, 1, 0.5],
  ])('has the distribution of the tables: t = %d at %i', (t, freedom, p) => {
    expect(regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)).toBeCloseTo(p, 6);
  });

  it('agrees with the sleep data of Student (1908)', () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    expect(pairedT(first, second)).toBeCloseTo(0.002833, 6);
  });

  it('says nothing about one pair', () => {
    expect(pairedT([1], [2])).toBeUndefined();
  });
});

describe('the correction of Holm', () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
  it('steps down', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((value, index) => expect(adjusted[index]).toBeCloseTo(value, 12));
  });
});

describe('logGamma', () => {
  it('is the logarithm of the factorial', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n += 1) {
      factorial *= n;
      expect(logGamma(n + 1)).toBeCloseTo(Math.log(factorial), 10);
    }
  });
});
