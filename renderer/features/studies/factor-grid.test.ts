import { describe, expect, it } from 'vitest';
import type { Settings } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';
import { layFactorGrid } from './factor-grid.ts';

const run = (settings: Settings, seed = 0): RunRow => ({
  key: JSON.stringify([settings, seed]),
  name: '',
  seed,
  state: 'done',
  studies: [],
  settings,
  metrics: {},
  createdAt: 0,
  finishedAt: undefined,
});
const factors = [
  { path: 'pretrain.objective', values: ['natural', 'adversarial, epsilon 8/255, steps 7'] },
  { path: 'prune.density', values: [1, 0.1] },
];

describe('layFactorGrid', () => {
  const runs = [
    run({ 'pretrain.objective': 'adversarial', 'prune.density': 0.1 }, 1),
    run({ 'pretrain.objective': 'adversarial', 'prune.density': 0.1 }, 0),
    run({ 'pretrain.objective': 'adversarial' }),
    run({ 'pretrain.objective': 'natural', 'prune.density': 0.1 }),
  ];
  const grid = layFactorGrid(factors, runs);

  it('puts the last factor across and the others down, in the order of the file', () => {
    expect(grid.columns).toEqual(['dense', '0.1']);
    expect(grid.rows.map((row) => row.labels)).toEqual([['natural'], ['adversarial']]);
  });

  it('takes a run without a density for the dense control', () => {
    expect(grid.rows[1]?.cells[0]?.runs).toEqual([runs[2]]);
  });

  it('orders the runs of a cell by seed and leaves a missing cell empty', () => {
    expect(grid.rows[1]?.cells[1]?.runs.map((member) => member.seed)).toEqual([0, 1]);
    expect(grid.rows[0]?.cells[0]?.runs).toEqual([]);
  });

  it('reads an alternative under its own path', () => {
    const strategies = [{ path: 'prune.kind', values: ['random', 'magnitude'] }];
    const two = [run({ prune: 'magnitude' }), run({ prune: 'random' })];
    expect(layFactorGrid(strategies, two).columns).toEqual(['random', 'magnitude']);
  });

  it('keeps two alternatives of one kind apart by what differs between them', () => {
    const objectives = [
      { path: 'pretrain.objective', values: ['adversarial, epsilon 8/255', 'adversarial, epsilon 2/255'] },
    ];
    const at = (epsilon: number, seed: number) =>
      run({ 'pretrain.objective': 'adversarial', 'pretrain.objective.epsilon': epsilon }, seed);
    const laid = layFactorGrid(objectives, [at(2 / 255, 0), at(8 / 255, 0), at(8 / 255, 1)]);
    expect(laid.columns).toEqual(['adversarial, epsilon 8/255', 'adversarial, epsilon 2/255']);
    expect(laid.rows[0]?.cells.map((cell) => cell.runs.length)).toEqual([2, 1]);
  });

  it('gives one cell to a study without factors', () => {
    const single = layFactorGrid([], [run({}), run({}, 1)]);
    expect(single.rows[0]?.cells[0]?.runs).toHaveLength(2);
  });
});
