import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  equalChancesPValue,
  lowerConfidenceBound,
  probit,
  specialFunctionsReady,
} from '#workers/verification/binomial.ts';
import { radiusOfCount } from '#workers/verification/smoothing.ts';
import { absent, sharedPath } from '../../shared-data.ts';

type Bound = {
  readonly n: number;
  readonly k: number;
  readonly alpha: number;
  readonly sigma: number;
  readonly lower_bound: number;
  readonly abstain: boolean;
  readonly radius: number;
};
type Comparison = {
  readonly count1: number;
  readonly count2: number;
  readonly p_value_two_sided: number;
  readonly abstain_at_alpha_0_001: boolean;
  readonly abstain_at_alpha_0_05: boolean;
};

const rows = <Row>(name: string): Row[] =>
  (JSON.parse(readFileSync(sharedPath('reference', 'smoothing', name)!, 'utf8')) as { rows: Row[] }).rows;

describe.skipIf(!sharedPath('reference', 'smoothing'))(
  `smoothing against 50-digit arithmetic${absent('reference', 'smoothing')}`,
  () => {
    beforeAll(() => specialFunctionsReady);

    it('bounds a probability from below to 12 digits', () => {
      for (const { n, k, alpha, lower_bound } of rows<Bound>('clopper-pearson.json'))
        expect(Math.abs(lowerConfidenceBound(k, n, alpha) - lower_bound)).toBeLessThan(1e-12);
    });

    it('gives the stored radius, and abstains where the stored bound does', () => {
      for (const { n, k, alpha, sigma, abstain, radius } of rows<Bound>('clopper-pearson.json')) {
        const found = radiusOfCount(k, { estimationDraws: n, alpha, sigma, selectionDraws: 1 });
        expect(found === 'abstain').toBe(abstain);
        if (found !== 'abstain') expect(Math.abs(found - radius)).toBeLessThan(1e-11);
      }
    });

    it('inverts the normal distribution', () => {
      for (const { p, probit: stored } of rows<{ p: number; probit: number }>('probit.json'))
        expect(Math.abs(probit(p) - stored)).toBeLessThan(1e-11);
    });

    it('tests two counts for equal chances', () => {
      for (const row of rows<Comparison>('predict-binomial-test.json')) {
        const p = equalChancesPValue(row.count1, row.count2);
        expect(Math.abs(p - row.p_value_two_sided)).toBeLessThan(1e-10);
        expect([p > 0.001, p > 0.05]).toEqual([row.abstain_at_alpha_0_001, row.abstain_at_alpha_0_05]);
      }
    });
  },
);
