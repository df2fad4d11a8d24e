import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureDetection } from '#host/reports/statistics/detection.ts';
import { absent, sharedPath } from '../../shared-data.ts';

type Numbers = Readonly<Record<string, number>>;
type Scores = { readonly in: readonly number[]; readonly out: readonly number[] };

const folder = sharedPath('reference', 'ood-metrics');
const json = (name: string): unknown =>
  folder === undefined ? {} : JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const expected = json('expected.json') as Readonly<Record<string, Numbers>> & {
  readonly _inputs_of_small_cases?: Readonly<Record<string, Scores>>;
};
const scores = json('scores.json') as Partial<Scores>;
const [ins = [], outs = []] = [scores.in, scores.out];
const cases: Readonly<Record<string, Scores>> = {
  main_500_500: { in: ins, out: outs },
  unbalanced_first137_in_first411_out: { in: ins.slice(0, 137), out: outs.slice(0, 411) },
  ...expected._inputs_of_small_cases,
};

function measured(given: Scores): Numbers {
  const { auroc, auprIn, auprOut, outAcceptedAt95, inFlaggedAt95 } = measureDetection(given.in, given.out);
  return {
    auroc,
    aupr_in_average_precision: auprIn.averagePrecision,
    aupr_in_trapezoid: auprIn.trapezoid,
    aupr_out_average_precision: auprOut.averagePrecision,
    aupr_out_trapezoid: auprOut.trapezoid,
    fpr_at_95_tpr_ID_positive: outAcceptedAt95.rate,
    threshold_ID_positive_score_at_least: outAcceptedAt95.threshold,
    tpr_reached_ID_positive: outAcceptedAt95.reached,
    fpr_at_95_tpr_OOD_positive: inFlaggedAt95.rate,
    threshold_OOD_positive_score_at_most: inFlaggedAt95.threshold,
    tpr_reached_OOD_positive: inFlaggedAt95.reached,
  };
}

describe.skipIf(!folder)(`detection against exact fractions${absent('reference', 'ood-metrics')}`, () => {
  it('is asked about six cases, ties and both balances among them', () => {
    expect(Object.keys(cases)).toHaveLength(6);
    expect(cases['main_500_500']?.in).toHaveLength(500);
  });

  it.each(Object.keys(cases))('agrees with %s under both conventions to 1e-12', (name) => {
    for (const [metric, value] of Object.entries(measured(cases[name]!)))
      expect(Math.abs(value - expected[name]![metric]!), metric).toBeLessThanOrEqual(1e-12);
  });
});
