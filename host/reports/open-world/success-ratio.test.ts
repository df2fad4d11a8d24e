import { describe, expect, it } from 'vitest';
import { openWorldSchema } from '#contract/open-world.ts';
import type { Measurement } from './read-open-world-runs.ts';
import { successRatio } from './success-ratio.ts';

/** `reached` of 100 inputs end on target 0, the first ones. */
function measurement(reached: number, seed = 0): Measurement {
  const inputs = Uint32Array.from({ length: 100 }, (_, index) => index);
  const zeros = new Uint16Array(100);
  return {
    run: { key: '', seed, state: 'done', settings: {}, stages: [], metrics: {} },
    stage: `${reached}`,
    setting: openWorldSchema.parse({ source: 'constant', epsilon: 0.1 }),
    outcomes: {
      examples: inputs,
      labels: zeros,
      cleanPredictions: zeros,
      attackedPredictions: Uint16Array.from(inputs, (index) => (index < reached ? 0 : 1)),
      survived: new Uint8Array(100),
      distances: new Float32Array(100),
    },
    shown: { targets: zeros, confidences: new Float32Array(100), scores: {}, thresholds: {} },
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

  it('pairs the inputs: what stays as it was takes nothing from certainty', () => {
    const narrow = successRatio({
      attacked: { in: [measurement(90)], out: [measurement(100)] },
      unperturbed: { in: [measurement(0)], out: [measurement(0)] },
    });
    if (narrow.kind !== 'measured') throw new Error(narrow.reason);
    expect(narrow.corrected).toEqual(narrow.plain);
  });
});
