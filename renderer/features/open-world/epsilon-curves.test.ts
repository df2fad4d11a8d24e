import { expect, it } from 'vitest';
import { twinCurves } from './epsilon-curves.ts';

const estimate = (mean: number) => ({
  value: { mean, deviation: undefined, min: mean, max: mean, count: 1 },
  low: mean,
  high: mean,
});

it('takes the clean level from epsilon 0 and leaves out what is not measured yet', () => {
  const curves = twinCurves([
    { epsilon: 0, twins: { in: estimate(0.95), out: estimate(0.3) } },
    { epsilon: 0.1, twins: { in: undefined, out: estimate(0.8) } },
  ]);
  expect(curves.map(({ side, clean }) => [side, clean?.value.mean])).toEqual([
    ['in', 0.95],
    ['out', 0.3],
  ]);
  expect(curves.map(({ points }) => points.map(({ epsilon }) => epsilon))).toEqual([[0], [0, 0.1]]);
});

it('has no clean level where nothing unperturbed was measured', () => {
  const [own] = twinCurves([{ epsilon: 0.1, twins: { in: estimate(0.5), out: undefined } }]);
  expect(own?.clean).toBeUndefined();
});
