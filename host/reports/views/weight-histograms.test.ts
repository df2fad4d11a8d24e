import { describe, expect, it } from 'vitest';
import { weightHistograms } from './weight-histograms.ts';

const total = (counts: readonly number[] | undefined): number =>
  (counts ?? []).reduce((sum, count) => sum + count, 0);

describe('the histograms of a layer', () => {
  const before = { values: Float32Array.of(-2, -0.01, 0, 0.01, 1), kept: undefined };
  const after = { values: Float32Array.of(-2.5, 0, 0, 0, 0), kept: Uint8Array.of(1, 0, 0, 0, 1) };
  const histograms = weightHistograms({ before, pruned: undefined, after });

  it('share bins that are symmetric about zero and hold every weight', () => {
    expect([histograms.before?.low, histograms.before?.high]).toEqual([-2.5, 2.5]);
    expect(histograms.after?.low).toBe(-2.5);
    expect(total(histograms.before?.counts)).toBe(5);
    expect(histograms.before?.counts[20]).toBe(3);
  });

  it('count what the mask removed apart from a kept weight that is zero', () => {
    expect(histograms.after?.prunedCount).toBe(3);
    expect(total(histograms.after?.counts)).toBe(2);
    expect([histograms.after?.counts[0], histograms.after?.counts[20]]).toEqual([1, 1]);
  });
});
