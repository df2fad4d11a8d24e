import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunRow } from '#contract/views.ts';
import { RunsView } from './runs-view.svelte.ts';

const run = (key: string, clean: number): RunRow => ({
  key,
  name: key,
  seed: 0,
  state: 'done',
  studies: [],
  settings: {},
  metrics: { clean },
  createdAt: 0,
  finishedAt: undefined,
});
const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});

function makeView(asked?: string): RunsView {
  const view = new RunsView(asked);
  view.runs = [run('a', 0.5), run('b', 0.9), run('c', 0.7)];
  return view;
}
const keys = (view: RunsView): string => view.rows.map((row) => row.key).join('');

describe('RunsView', () => {
  it('filters and sorts', () => {
    const view = makeView();
    view.filterText = 'clean > 0.6';
    view.sortBy('metric:clean', false);
    expect(keys(view)).toBe('cb');
  });

  it('keeps all rows in sight while the filter is mistaken', () => {
    const view = makeView();
    view.filterText = 'clean >';
    expect(view.filter.kind).toBe('mistake');
    expect(keys(view)).toBe('abc');
  });

  it('takes the filter of the address over the stored one', () => {
    makeView().filterText = 'clean > 0.8';
    expect(keys(makeView())).toBe('b');
    expect(keys(makeView('clean < 0.6'))).toBe('a');
  });

  it('groups over seeds, opens a group in place, and selects its runs with it', () => {
    const view = makeView();
    view.groupBy('seeds');
    expect(view.tableRows.map((row) => row.kind)).toEqual(['group']);
    const [group] = view.tableRows;
    view.toggleRow(group!);
    expect([...view.selected]).toEqual(['a', 'b', 'c']);
    view.toggleOpen(group!.key);
    expect(view.tableRows.map((row) => row.kind)).toEqual(['group', 'run', 'run', 'run']);
    view.hovered = group!.key;
    expect(view.hoveredRuns.size).toBe(3);
    expect(makeView().groupedBy).toBe('seeds');
    view.groupBy(undefined);
    expect(makeView().groupedBy).toBeUndefined();
  });

  it('sorts groups by the mean of a metric', () => {
    const view = makeView();
    view.groupBy('run:name');
    view.sortBy('metric:clean', false);
    expect(view.groups.map((each) => each.mean.metrics['clean'])).toEqual([0.5, 0.7, 0.9]);
  });

  it('selects from the cursor to a row in either direction', () => {
    const view = makeView();
    view.cursor = 2;
    view.selectTo(1);
    expect([...view.selected]).toEqual(['b', 'c']);
    view.toggle('b');
    expect([...view.selected]).toEqual(['c']);
  });

  it('keeps the cursor on a row', () => {
    const view = makeView();
    view.move(100);
    expect(view.cursor).toBe(2);
    view.move(-100);
    expect(view.cursor).toBe(0);
  });

  it('remembers chosen columns and forgets them on reset', () => {
    const view = makeView();
    view.toggleColumn('run:seed');
    const shown = makeView().shownColumns.map((column) => column.id);
    expect(shown).not.toContain('run:seed');
    view.resetColumns();
    expect(makeView().shownColumns.map((column) => column.id)).toContain('run:seed');
  });
});
