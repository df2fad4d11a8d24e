import { describe, expect, it } from 'vitest';
import { openWorldSchema } from '#contract/open-world.ts';
import type { SuccessRatio } from '#contract/open-world-views.ts';
import { randomUint32 } from '../statistics/random-uint32.ts';
import type { Measurement } from './read-open-world-runs.ts';
import { successRatio } from './success-ratio.ts';

/** `reached` of 100 inputs end on target 0, the first ones. */
const measurement = (reached: number, seed = 0): Measurement =>
  measurementOf(
    Array.from({ length: 100 }, (_, index) => index < reached),
    seed,
  );

/** Which inputs end on their target; `first` is the number of the first input. */
function measurementOf(reached: readonly boolean[], seed = 0, first = 0): Measurement {
  const inputs = Uint32Array.from(reached, (_, index) => first + index);
  const zeros = new Uint16Array(reached.length);
  return {
    run: { key: '', seed, state: 'done', settings: {}, stages: [], metrics: {} },
    stage: '',
    setting: openWorldSchema.parse({ source: 'constant', epsilon: 0.1 }),
    outcomes: {
      examples: inputs,
      labels: zeros,
      cleanPredictions: zeros,
      attackedPredictions: Uint16Array.from(reached, (isReached) => (isReached ? 0 : 1)),
      survived: new Uint8Array(reached.length),
      distances: new Float32Array(reached.length),
    },
    shown: { targets: zeros, confidences: new Float32Array(reached.length), scores: {}, thresholds: {} },
    joint: {},
  };
}

describe('the ratio of target success', () => {
  it('is told with the base rates taken off: 60 over 30 is 2, 50 over 20 above a base of 10 is 2.5', () => {
    const ratio = successRatio({
      attacked: { in: [measurement(30)], out: [measurement(60)] },
      unperturbed: { in: [measurement(10)], out: [measurement(10)] },
    });
    if (ratio.kind !== 'measured') throw new Error(ratio.reason);
    expect(ratio.plain.value).toBeCloseTo(2, 12);
    expect(ratio.corrected.value).toBeCloseTo(2.5, 12);
    expect(ratio.corrected.interval!.low).toBeLessThan(2.5);
    expect(ratio.corrected.interval!.high).toBeGreaterThan(2.5);
  });

  it('does not exist before its base rates do, nor for seeds that lack one', () => {
    const attacked = { in: [measurement(30)], out: [measurement(60)] };
    expect(successRatio({ attacked, unperturbed: { in: undefined, out: undefined } }).kind).toBe('undefined');
    const otherSeed = { in: [measurement(10, 1)], out: [measurement(10, 1)] };
    expect(successRatio({ attacked, unperturbed: otherSeed }).kind).toBe('undefined');
  });

  it('does not exist where the attack adds nothing in distribution', () => {
    const unperturbed = { in: [measurement(10)], out: [measurement(10)] };
    const ratio = successRatio({
      attacked: { in: [measurement(10)], out: [measurement(60)] },
      unperturbed,
    });
    expect(ratio.kind === 'undefined' && ratio.reason).toContain('no more targets');
  });

  it('pairs the inputs: its interval is narrower than where the base rates are of others', () => {
    const widthWith = (first: number): number => {
      const base = measurementOf(
        Array.from({ length: 100 }, (_, index) => index < 40),
        0,
        first,
      );
      return widthOf(
        successRatio({
          attacked: { in: [measurement(80)], out: [measurement(95)] },
          unperturbed: { in: [base], out: [base] },
        }),
      );
    };
    expect(widthWith(0)).toBeLessThan(0.8 * widthWith(1000));
  });

  it('is not certain where every input reaches its target', () => {
    const ratio = successRatio({
      attacked: { in: [measurement(100)], out: [measurement(100)] },
      unperturbed: { in: [measurement(0)], out: [measurement(0)] },
    });
    if (ratio.kind !== 'measured') throw new Error(ratio.reason);
    for (const { value, interval } of [ratio.plain, ratio.corrected]) {
      expect(value).toBe(1);
      expect(interval!.low).toBeLessThan(0.99);
      expect(interval!.high).toBeGreaterThan(1.01);
    }
  });

  it('lies within its interval about 19 times in 20', () => {
    const next = randomUint32(1);
    const isOn = (chance: number): boolean => next() < chance * 2 ** 32;
    // An input stays on its target when it is attacked.
    const twins = (base: number, moved: number): readonly [Measurement, Measurement] => {
      const before = Array.from({ length: 200 }, () => isOn(base));
      return [measurementOf(before), measurementOf(before.map((was) => was || isOn(moved)))];
    };
    const [base, movedIn, movedOut] = [0.1, 0.4, 0.7];
    const held = Array.from({ length: 400 }, () => {
      const [[inBase, own], [outBase, out]] = [twins(base, movedIn), twins(base, movedOut)];
      const ratio = successRatio({
        attacked: { in: [own], out: [out] },
        unperturbed: { in: [inBase], out: [outBase] },
      });
      const { low, high } = (ratio.kind === 'measured' ? ratio.corrected.interval : undefined)!;
      return low <= movedOut / movedIn && movedOut / movedIn <= high;
    });
    const share = held.filter(Boolean).length / held.length;
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });
});

function widthOf(ratio: SuccessRatio): number {
  if (ratio.kind !== 'measured') throw new Error(ratio.reason);
  return ratio.corrected.interval!.high - ratio.corrected.interval!.low;
}
