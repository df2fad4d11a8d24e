import { expect, it } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { tabulateResult } from './result-rows.ts';

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
