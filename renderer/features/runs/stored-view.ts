import type { Sort } from './sort-runs.ts';

/** What of a view of the runs outlives the window; a field left out takes its default. */
export type StoredView = {
  readonly filter?: string;
  readonly sorts?: readonly Sort[];
  readonly columns?: readonly string[];
  readonly x?: string;
  readonly y?: string;
  readonly colour?: string;
  /** `seeds`, or a column's id; empty: not grouped. */
  readonly group?: string;
};

/** Takes what it understands of a stored view; it may have been written by another version. */
export function parseStoredView(stored: unknown): StoredView | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const fields = stored as Record<string, unknown>;
  const word = (name: string): object => (typeof fields[name] === 'string' ? { [name]: fields[name] } : {});
  const { sorts, columns } = fields;
  return {
    ...word('filter'),
    ...word('x'),
    ...word('y'),
    ...word('colour'),
    ...word('group'),
    ...(Array.isArray(sorts) && sorts.every(isSort) ? { sorts } : {}),
    ...(Array.isArray(columns) && columns.every((id) => typeof id === 'string') ? { columns } : {}),
  };
}

const isSort = (value: unknown): value is Sort =>
  typeof value === 'object' &&
  value !== null &&
  'column' in value &&
  typeof value.column === 'string' &&
  'descending' in value &&
  typeof value.descending === 'boolean';
