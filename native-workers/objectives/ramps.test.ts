import { describe, expect, it } from 'vitest';
import { between, rampedShare, symbolicWeight } from './ramps.ts';

const at = (step: number) => ({ step, stepsPerEpoch: 5, epochs: 20 });

describe('ramps', () => {
  it('rise from 0 at the first step to 1 when their share of the stage is over, and stay there', () => {
    const shares = [0, 1, 30, 59, 60, 61, 99].map((step) => rampedShare(0.6, at(step)));
    expect(shares).toEqual([0, 1 / 60, 0.5, 59 / 60, 1, 1, 1]);
  });

  it('are over at once where their share is 0, and everywhere without a position', () => {
    expect(rampedShare(0, at(0))).toBe(1);
    expect(rampedShare(1, undefined)).toBe(1);
  });

  it('end exactly on their last value', () => {
    expect(between(1, 0.1, 0)).toBe(1);
    expect(between(1, 0.1, 0.5)).toBeCloseTo(0.55, 12);
    expect(between(1, 0.1, 1)).toBe(0.1);
  });

  it('weigh the symbolic loss by 0.1 over the ramp, then 2.5 times as much every five epochs, 50 at most', () => {
    const weights = [0, 9, 10, 14, 15, 20, 25].map((epoch) => symbolicWeight(0.5, epoch, at(epoch * 5)));
    expect(weights).toEqual([0.1, 0.1, 0.1, 0.1, 0.25, 0.625, 1.5625]);
    expect(symbolicWeight(0, 100, undefined)).toBe(50);
  });
});
