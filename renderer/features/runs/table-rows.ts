import type { RunRow } from '#contract/views.ts';
import type { RunGroup } from './group-runs.ts';
import type { Selection } from './selection.ts';

/** One line of the table: a run, or a group whose runs may follow it. */
export type TableRow =
  | { readonly kind: 'run'; readonly key: string; readonly run: RunRow; readonly inGroup: boolean }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup; readonly open: boolean };

export const plainRows = (runs: readonly RunRow[]): TableRow[] =>
  runs.map((run) => ({ kind: 'run', key: run.key, run, inGroup: false }));

export const groupedRows = (groups: readonly RunGroup[], open: Selection): TableRow[] =>
  groups.flatMap((group): TableRow[] => {
    const isOpen = open.has(group.key);
    const head: TableRow = { kind: 'group', key: group.key, group, open: isOpen };
    if (!isOpen) return [head];
    return [head, ...group.runs.map((run): TableRow => ({ kind: 'run', key: run.key, run, inGroup: true }))];
  });

/** Keys of the runs that a row stands for. */
export const runKeysOf = (row: TableRow): string[] =>
  row.kind === 'run' ? [row.key] : row.group.runs.map((run) => run.key);
