import { describe, expect, it } from 'vitest';
import { chooseSplits } from './choose-splits.ts';

describe('chooseSplits', () => {
  it('holds validation out of training', () => {
    const { train, validation } = chooseSplits(100, 70, 20);
    expect(new Set([...train, ...validation]).size).toBe(90);
    expect(Math.max(...train, ...validation)).toBeLessThan(100);
  });

  it('holds out the same images however many are trained on', () => {
    expect(chooseSplits(100, 10, 20).validation).toEqual(chooseSplits(100, 80, 20).validation);
  });

  it('says how many there are when more are asked for', () => {
    expect(() => chooseSplits(100, 90, 20)).toThrow(/holds 100 images, but 90 .* and 20/);
  });
});
