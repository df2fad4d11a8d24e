import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapAuroc } from './bootstrap-auroc.ts';
import { measureDetection } from './detection.ts';
import { randomUint32 } from './random-uint32.ts';

const noise = (count: number, seed: number): Float64Array => {
  const next = randomUint32(seed);
  return Float64Array.from({ length: count }, () => next() / 2 ** 32);
};
const someScores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 });

describe('detection', () => {
  it('agrees with a count over all pairs', () => {
    fc.assert(
      fc.property(someScores, someScores, (ins, outs) => {
        const won = ins.flatMap((own) => outs.map((other) => (own > other ? 1 : own === other ? 0.5 : 0)));
        const share = won.reduce((sum: number, one) => sum + one, 0) / won.length;
        expect(measureDetection(ins, outs).auroc).toBeCloseTo(share, 12);
      }),
    );
  });

  it('reads rates off every threshold, and average precision off every input that is looked for', () => {
    fc.assert(
      fc.property(someScores, someScores, (ins, outs) => {
        const { auprIn, outAcceptedAt95 } = measureDetection(ins, outs);
        const accepted = (scores: readonly number[], threshold: number): number =>
          scores.filter((score) => score >= threshold).length;
        const fitting = [...ins, ...outs].filter((score) => 20 * accepted(ins, score) >= 19 * ins.length);
        expect(outAcceptedAt95).toEqual({
          rate: Math.min(...fitting.map((score) => accepted(outs, score) / outs.length)),
          threshold: Math.max(...fitting),
          reached: accepted(ins, Math.max(...fitting)) / ins.length,
        });
        const precisions = ins.map((score) => accepted(ins, score) / accepted([...ins, ...outs], score));
        const mean = precisions.reduce((sum, one) => sum + one, 0) / ins.length;
        expect(auprIn.averagePrecision).toBeCloseTo(mean, 12);
      }),
    );
  });

  it('is turned about when every score is', () => {
    fc.assert(
      fc.property(someScores, someScores, (ins, outs) => {
        const negative = (scores: readonly number[]) => scores.map((score) => -score);
        const turned = measureDetection(negative(outs), negative(ins));
        const { auprIn, auprOut, outAcceptedAt95, inFlaggedAt95 } = measureDetection(ins, outs);
        expect(turned.auprIn).toEqual(auprOut);
        expect(turned.auprOut).toEqual(auprIn);
        expect(turned.outAcceptedAt95.rate).toBe(inFlaggedAt95.rate);
        expect(turned.inFlaggedAt95.rate).toBe(outAcceptedAt95.rate);
      }),
    );
  });

  it('refuses scores of one kind alone, and scores that are no numbers', () => {
    expect(() => measureDetection([1], [])).toThrow('both kinds');
    expect(() => measureDetection([Number.NaN], [1])).toThrow('no number');
  });
});

describe('the interval of the AUROC', () => {
  it('holds one half for a detector that returns noise, about 19 times in 20', () => {
    const held = Array.from({ length: 60 }, (_, trial) => {
      const [ins, outs] = [noise(300, 2 * trial + 1), noise(300, 2 * trial + 2)];
      const { low, high } = bootstrapAuroc(ins, outs, { replicates: 200 });
      expect(Math.abs(measureDetection(ins, outs).auroc - 0.5)).toBeLessThan(0.1);
      return low <= 0.5 && 0.5 <= high;
    });
    const share = held.filter(Boolean).length / held.length;
    expect(share).toBeGreaterThanOrEqual(0.85);
  });

  it('is as wide as the variance of Hanley and McNeil says', () => {
    const [ins, outs] = [noise(500, 3).map((value) => value + 0.3), noise(400, 4)];
    const { auroc } = measureDetection(ins, outs);
    const { low, high } = bootstrapAuroc(ins, outs, { replicates: 2000 });
    const [q1, q2] = [auroc / (2 - auroc), (2 * auroc ** 2) / (1 + auroc)];
    const variance =
      (auroc * (1 - auroc) + (500 - 1) * (q1 - auroc ** 2) + (400 - 1) * (q2 - auroc ** 2)) / (500 * 400);
    expect((high - low) / (2 * 1.96 * Math.sqrt(variance))).toBeGreaterThan(0.8);
    expect((high - low) / (2 * 1.96 * Math.sqrt(variance))).toBeLessThan(1.25);
    expect(low).toBeLessThan(auroc);
    expect(high).toBeGreaterThan(auroc);
  });

  it('is that of a bootstrap which compares all pairs', () => {
    fc.assert(
      fc.property(someScores, someScores, fc.nat(9), (ins, outs, seed) => {
        const next = randomUint32(seed);
        const drawn = (scores: readonly number[]) =>
          scores.map(() => scores[Math.floor((next() / 2 ** 32) * scores.length)]!);
        // 41 replicates: the ends are those with one replicate, and with 39, before them.
        const aurocs = Array.from({ length: 41 }, () => {
          const [first, second] = [drawn(ins), drawn(outs)];
          const won = first.flatMap((own) => second.map((other) => (1 + Math.sign(own - other)) / 2));
          return won.reduce((sum, one) => sum + one, 0) / won.length;
        }).sort((left, right) => left - right);
        const { low, high } = bootstrapAuroc(ins, outs, { replicates: 41, seed });
        expect(low).toBeCloseTo(aurocs[1]!, 12);
        expect(high).toBeCloseTo(aurocs[39]!, 12);
      }),
    );
  });

  it('is the same for the same seed and another for another', () => {
    const [ins, outs] = [noise(100, 5), noise(100, 6)];
    expect(bootstrapAuroc(ins, outs, { seed: 1 })).toEqual(bootstrapAuroc(ins, outs, { seed: 1 }));
    expect(bootstrapAuroc(ins, outs, { seed: 1 })).not.toEqual(bootstrapAuroc(ins, outs, { seed: 2 }));
  });
});
