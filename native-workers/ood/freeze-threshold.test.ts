import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezeThreshold } from './freeze-threshold.ts';

describe('freezeThreshold', () => {
  it('accepts at least the wanted share, and would accept less were it any greater', () => {
    const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, acceptance) => {
        const threshold = freezeThreshold(Float64Array.from(values), acceptance);
        const accepted = values.filter((score) => score >= threshold).length;
        expect(accepted).toBeGreaterThanOrEqual(acceptance * values.length - 1e-6);
        const above = values.filter((score) => score > threshold).length;
        expect(above).toBeLessThanOrEqual(acceptance * values.length + 1e-6);
      }),
    );
  });

  it('rejects 50 of 1000 different scores at 95 %', () => {
    const scores = Float64Array.from({ length: 1000 }, (_, i) => (i * 7) % 1000);
    expect(freezeThreshold(scores, 0.95)).toBe(50);
  });

  it('takes no score that is no number', () => {
    expect(() => freezeThreshold(Float64Array.of(1, NaN), 0.95)).toThrow('NaN');
    expect(() => freezeThreshold(new Float64Array(0), 0.95)).toThrow('none');
  });
});
