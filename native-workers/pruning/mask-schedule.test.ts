import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepPosition } from '#workers/optimizers/schedules.ts';
import { densityAt, gapAt, type MaskSchedule } from './mask-schedule.ts';

const training = {} as MaskSchedule['training'];
const iterative = (rounds: number): MaskSchedule => ({ kind: 'iterative', rounds, training });
const gradual = (every: number): MaskSchedule => ({ kind: 'gradual', every, training });

const stage = fc.record({
  epochs: fc.integer({ min: 1, max: 12 }),
  stepsPerEpoch: fc.integer({ min: 1, max: 30 }),
});
type Stage = Omit<StepPosition, 'step'>;
const target = fc.double({ min: 0.001, max: 1, noNaN: true });

/** What is asked for at each step of the stage, in order. */
const densities = (schedule: MaskSchedule, target: number, { epochs, stepsPerEpoch }: Stage) =>
  Array.from({ length: epochs * stepsPerEpoch }, (_, step) => ({
    step,
    density: densityAt(schedule, target, { step, epochs, stepsPerEpoch }),
  })).flatMap(({ step, density }) => (density === undefined ? [] : [{ step, density }]));

describe('densityAt', () => {
  it('falls from round to round by the same factor, first before any training and last when it is over', () => {
    const asked = densities(iterative(5), 0.1, { epochs: 4, stepsPerEpoch: 10 });
    expect(asked.map(({ step }) => step)).toEqual([0, 10, 20, 30]);
    for (const [round, { density }] of asked.entries())
      expect(density).toBeCloseTo(0.1 ** ((round + 1) / 5), 12);
  });

  it('never rises again, and never goes below the target', () => {
    const schedule = fc.oneof(
      fc.integer({ min: 2, max: 20 }).map(iterative),
      fc.integer({ min: 1, max: 400 }).map(gradual),
    );
    fc.assert(
      fc.property(schedule, target, stage, (schedule, target, stage) => {
        const asked = densities(schedule, target, stage).map(({ density }) => density);
        expect(asked).toEqual(asked.toSorted((a, b) => b - a));
        for (const density of asked) expect(density).toBeGreaterThanOrEqual(target - 1e-12);
      }),
    );
  });

  it('reaches the target of a gradual stage by three quarters of its steps, and not long before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), target, stage, (every, target, stage) => {
        const steps = stage.epochs * stage.stepsPerEpoch;
        fc.pre(steps >= 2);
        const last = densities(gradual(every), target, stage).at(-1)!;
        const rising = Math.max(1, Math.floor(0.75 * steps));
        expect(last.density).toBe(target);
        expect(last.step).toBeLessThanOrEqual(rising);
        expect(last.step).toBeGreaterThan(rising - Math.min(every, rising));
      }),
    );
  });

  it('makes a new mask of a gradual stage every so many steps', () => {
    const asked = densities(gradual(7), 0.1, { epochs: 4, stepsPerEpoch: 10 });
    expect(asked.map(({ step }) => step)).toEqual([7, 14, 21, 28]);
    expect(asked[0]!.density).toBeCloseTo(1 - 0.9 * (1 - 0.75 ** 3), 12);
  });
});

describe('gapAt', () => {
  it('divides the steps of an iterative stage into gaps that each have a schedule from start to end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), stage, (rounds, stage) => {
        const steps = stage.epochs * stage.stepsPerEpoch;
        const gaps = Array.from({ length: steps }, (_, step) => gapAt(iterative(rounds), { ...stage, step }));
        const lengths = gaps.map((gap) => Math.round(gap.epochs * gap.stepsPerEpoch));
        const starts = gaps.flatMap(({ step }, at) => (step === 0 ? [at] : []));
        expect(starts[0]).toBe(0);
        expect(starts.length).toBe(Math.min(rounds - 1, steps));
        expect(starts.map((at) => lengths[at]!).reduce((sum, length) => sum + length, 0)).toBe(steps);
        for (const [at, gap] of gaps.entries()) {
          expect(gap.step).toBe(at - starts.findLast((start) => start <= at)!);
          expect(gap.step).toBeLessThan(lengths[at]!);
        }
        if (steps >= rounds - 1) expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is the whole of a gradual stage', () => {
    const position = { step: 13, stepsPerEpoch: 10, epochs: 4 };
    expect(gapAt(gradual(5), position)).toEqual(position);
  });
});
