import { describe, expect, it } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { listColumns } from './columns.ts';
import { pressHeading, sortRuns } from './sort-runs.ts';

const run = (key: string, seed: number, clean?: number): RunRow => ({
  key,
  name: key,
  seed,
  state: 'done',
  studies: [],
  settings: {},
  metrics: clean === undefined ? {} : { clean },
  createdAt: 0,
  finishedAt: undefined,
});
const runs = [run('a', 1, 0.5), run('b', 0), run('c', 0, 0.5), run('d', 0, 0.9)];
const columns = listColumns(runs);
const order = (sorts: { column: string; descending: boolean }[]): string =>
  sortRuns(runs, sorts, columns)
    .map((each) => each.key)
    .join('');

describe('sortRuns', () => {
  it('breaks ties by the next key', () => {
    expect(
      order([
        { column: 'metric:clean', descending: false },
        { column: 'run:seed', descending: false },
      ]),
    ).toBe('cadb');
  });

  it('keeps runs without a value last in both directions', () => {
    expect(order([{ column: 'metric:clean', descending: true }])).toBe('dacb');
    expect(order([{ column: 'metric:clean', descending: false }])).toBe('acdb');
  });

  it('orders numbers inside words by their size', () => {
    const named = [run('run 10', 0), run('run 9', 0)];
    const sorted = sortRuns(named, [{ column: 'run:name', descending: false }], listColumns(named));
    expect(sorted.map((each) => each.key)).toEqual(['run 9', 'run 10']);
  });
});

describe('pressHeading', () => {
  it('goes from ascending over descending to unsorted', () => {
    const once = pressHeading([], 'x', false);
    const twice = pressHeading(once, 'x', false);
    expect([once, twice, pressHeading(twice, 'x', false)]).toEqual([
      [{ column: 'x', descending: false }],
      [{ column: 'x', descending: true }],
      [],
    ]);
  });

  it('keeps the other sorts when adding', () => {
    const first = { column: 'x', descending: false };
    expect(pressHeading([first], 'y', true)).toEqual([first, { column: 'y', descending: false }]);
  });
});
