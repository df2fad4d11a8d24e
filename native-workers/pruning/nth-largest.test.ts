import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nthLargest } from './nth-largest.ts';

describe('nthLargest', () => {
  it('finds what sorting finds, also among many equal values', () => {
    const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.nat(), (values, place) => {
        const nth = 1 + (place % values.length);
        const sorted = values.toSorted((a, b) => b - a);
        expect(nthLargest(Float64Array.from(values), nth) + 0).toBe(sorted[nth - 1]! + 0);
      }),
      { numRuns: 500 },
    );
  });
});
