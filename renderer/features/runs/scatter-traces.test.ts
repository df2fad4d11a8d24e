import { expect, it } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { listColumns } from './columns.ts';
import { groupPoints } from './scatter-traces.ts';

const run = (key: string, objective: string, metrics: Record<string, number>): RunRow => ({
  key,
  name: key,
  seed: 0,
  state: 'done',
  studies: [],
  settings: { 'pretrain.objective': objective },
  metrics,
  createdAt: 0,
  finishedAt: undefined,
});

it('leaves out runs that lack a value and groups the rest by colour', () => {
  const runs = [
    run('a', 'natural', { density: 1, clean: 0.7 }),
    run('b', 'adversarial', { density: 0.1, clean: 0.5 }),
    run('c', 'natural', { density: 0.1 }),
  ];
  const columns = listColumns(runs);
  const column = (id: string) => columns.find((candidate) => candidate.id === id)!;
  const groups = groupPoints(runs, {
    x: column('metric:density'),
    y: column('metric:clean'),
    colour: column('setting:pretrain.objective'),
  });
  expect(groups.map((group) => [group.name, group.x, group.y])).toEqual([
    ['adversarial', [0.1], [0.5]],
    ['natural', [1], [0.7]],
  ]);
});
