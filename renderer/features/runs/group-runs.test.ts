import { describe, expect, it } from 'vitest';
import type { RunState } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';
import { listColumns } from './columns.ts';
import { countValues, groupRuns } from './group-runs.ts';

type Made = { density: number; objective: string; seed: number; clean?: number; state?: RunState };
const run = ({ density, objective, seed, clean, state = 'done' }: Made): RunRow => ({
  key: `${objective} ${density} ${seed}`,
  name: `${objective} density ${density} seed ${seed}`,
  seed,
  state,
  studies: [],
  settings: { 'pretrain.objective': objective, 'prune.density': density },
  metrics: clean === undefined ? {} : { clean },
  createdAt: seed,
  finishedAt: undefined,
});
const runs = [
  run({ density: 0.1, objective: 'natural', seed: 0, clean: 0.4 }),
  run({ density: 0.1, objective: 'natural', seed: 1, clean: 0.6 }),
  run({ density: 0.1, objective: 'natural', seed: 2, state: 'failed' }),
  run({ density: 0.1, objective: 'adversarial', seed: 0, clean: 0.3 }),
  run({ density: 0.5, objective: 'natural', seed: 0, clean: 0.9 }),
];
const columns = listColumns(runs);
const columnOf = (id: string) => columns.find((column) => column.id === id)!;

describe('groupRuns', () => {
  it('puts runs together that differ in their seed alone, with mean and deviation over those that have the metric', () => {
    const [first, ...rest] = groupRuns(runs, 'seeds');
    expect(rest).toHaveLength(2);
    expect(first?.runs.map(({ seed }) => seed)).toEqual([0, 1, 2]);
    expect(first?.mean).toMatchObject({ name: 'natural density 0.1', metrics: { clean: 0.5 } });
    expect(first?.spreads['clean']?.count).toBe(2);
    expect(first?.spreads['clean']?.deviation).toBeCloseTo(Math.SQRT1_2 / 5, 12);
  });

  it('puts runs together that share a setting, and keeps only what they share', () => {
    const [tenth] = groupRuns(runs, columnOf('setting:prune.density'));
    expect(tenth?.mean.name).toBe('prune.density 0.1');
    expect(tenth?.mean.settings).toEqual({ 'prune.density': 0.1 });
    expect(countValues(columnOf('setting:pretrain.objective'), tenth!.runs)).toBe(2);
  });

  it('shows the state that a person should look at first', () => {
    expect(groupRuns(runs, 'seeds')[0]?.mean.state).toBe('failed');
  });
});
