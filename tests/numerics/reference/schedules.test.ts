import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { learningRateAt } from '#workers/optimizers/schedules.ts';
import { sparsityAt } from '#workers/pruning/mask-schedule.ts';
import { absent, sharedPath } from '../../shared-data.ts';

type Case = {
  readonly base_lr: number;
  readonly min_lr?: number;
  readonly T?: number;
  readonly warmup?: number;
  readonly gamma?: number;
  readonly step_size?: number;
  readonly points: readonly { readonly t?: number; readonly epoch?: number; readonly lr: number }[];
};
type Reference = Readonly<Record<'cosine' | 'step' | 'warmup_cosine', { readonly cases: readonly Case[] }>>;

const path = sharedPath('reference', 'schedules', 'learning-rate.json');
const reference = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as Reference);

describe.skipIf(!reference)(`learning rates against PyTorch${absent('reference', 'schedules')}`, () => {
  it('agrees on every cosine that ends at 0, with and without warm-up', () => {
    const cases = [...reference!.cosine.cases, ...reference!.warmup_cosine.cases].filter(
      (one) => one.min_lr === 0,
    );
    expect(cases.length).toBeGreaterThanOrEqual(2);
    for (const { base_lr: base, T: steps, warmup = 0, points } of cases)
      for (const { t, lr } of points) {
        const schedule = { kind: 'cosine', warmupEpochs: warmup } as const;
        const rate = learningRateAt(schedule, base, { step: t!, stepsPerEpoch: 1, epochs: steps! });
        expect(Math.abs(rate - lr)).toBeLessThanOrEqual(1e-12);
      }
  });

  it('agrees on every stepwise schedule', () => {
    for (const { base_lr: base, gamma, step_size: everyEpochs, points } of reference!.step.cases)
      for (const { epoch, lr } of points) {
        const schedule = {
          kind: 'step',
          everyEpochs: everyEpochs!,
          factor: gamma!,
          warmupEpochs: 0,
        } as const;
        const rate = learningRateAt(schedule, base, { step: epoch! * 3, stepsPerEpoch: 3, epochs: 1000 });
        expect(Math.abs(rate - lr)).toBeLessThanOrEqual(1e-12);
      }
  });
});

type Decay = {
  readonly initial_sparsity: number;
  readonly final_sparsity: number;
  readonly begin_step: number;
  readonly end_step: number;
  readonly power: number;
  readonly points: readonly { readonly step: number; readonly sparsity: number }[];
};
const decayPath = sharedPath('reference', 'schedules', 'polynomial-decay.json');
const decays =
  decayPath === undefined
    ? undefined
    : (JSON.parse(readFileSync(decayPath, 'utf8')) as { readonly schedules: readonly Decay[] }).schedules;

describe.skipIf(!decays)(`gradual sparsity against tfmot${absent('reference', 'schedules')}`, () => {
  it('agrees before, inside and after the range of every cubic schedule', () => {
    const cubic = decays!.filter(({ power }) => power === 3);
    expect(cubic.length).toBeGreaterThanOrEqual(2);
    for (const { initial_sparsity, final_sparsity, begin_step, end_step, points } of cubic) {
      const range = { initial: initial_sparsity, final: final_sparsity, begin: begin_step, end: end_step };
      for (const { step, sparsity } of points)
        expect(Math.abs(sparsityAt(range, step) - sparsity)).toBeLessThanOrEqual(1e-12);
    }
  });
});
