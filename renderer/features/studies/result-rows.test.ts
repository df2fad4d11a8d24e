import { expect, it } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { measureSpread, tabulateResult } from './result-rows.ts';

const run = (density: number, seed: number, metrics: Record<string, number>): RunRow => ({
  key: `${density} ${seed}`,
  name: '',
  seed,
  state: Object.keys(metrics).length > 0 ? 'done' : 'running',
  studies: [],
  settings: { 'prune.density': density },
  metrics,
  createdAt: 0,
  finishedAt: undefined,
});

it('spreads with the sample standard deviation', () => {
  const spread = measureSpread([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(spread).toMatchObject({ mean: 5, count: 8 });
  expect(spread?.deviation).toBeCloseTo(2.1380899, 6);
});

it('gives no deviation to a single value and nothing to none', () => {
  expect(measureSpread([0.5])?.deviation).toBeUndefined();
  expect(measureSpread([])).toBeUndefined();
});

it('makes one row per cell, over the seeds that have the metric', () => {
  const table = tabulateResult(
    [{ path: 'prune.density', values: [0.5, 0.1] }],
    [
      run(0.1, 0, { clean: 0.4, 'attacked.pgd-50 linf 8/255': 0.2, 'train.loss': 1 }),
      run(0.1, 1, { clean: 0.6 }),
      run(0.1, 2, {}),
      run(0.5, 0, { clean: 0.7 }),
    ],
  );
  expect(table.metrics).toEqual(['clean', 'attacked.pgd-50 linf 8/255']);
  expect(table.rows.map((row) => row.labels)).toEqual([['0.5'], ['0.1']]);
  expect(table.rows[1]).toMatchObject({ done: 2, metrics: { clean: { mean: 0.5, count: 2 } } });
  expect(table.rows[0]?.metrics['attacked.pgd-50 linf 8/255']).toBeUndefined();
});
