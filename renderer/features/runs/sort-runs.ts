import type { Scalar } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';
import type { Column } from './columns.ts';

export type Sort = { readonly column: string; readonly descending: boolean };

const words = new Intl.Collator('en', { numeric: true });

/** Sorts by the first key, ties by the next; runs without a value come last whichever way. */
export function sortRuns(
  runs: readonly RunRow[],
  sorts: readonly Sort[],
  columns: readonly Column[],
): readonly RunRow[] {
  const keys = sorts.flatMap((sort) => {
    const column = columns.find((candidate) => candidate.id === sort.column);
    return column === undefined ? [] : [{ column, sign: sort.descending ? -1 : 1 }];
  });
  if (keys.length === 0) return runs;
  return runs.toSorted((left, right) => {
    for (const { column, sign } of keys) {
      const order = compareValues(column.valueOf(left), column.valueOf(right), sign);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compareValues(left: Scalar | undefined, right: Scalar | undefined, sign: number): number {
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
  return sign * words.compare(String(left), String(right));
}

/** A column's heading pressed: ascending, descending, unsorted. With `adding` the other sorts stay. */
export function pressHeading(sorts: readonly Sort[], column: string, adding: boolean): Sort[] {
  const place = sorts.findIndex((sort) => sort.column === column);
  const next: readonly Sort[] =
    place < 0
      ? [{ column, descending: false }]
      : sorts[place]?.descending === true
        ? []
        : [{ column, descending: true }];
  if (!adding) return [...next];
  return place < 0 ? [...sorts, ...next] : sorts.toSpliced(place, 1, ...next);
}
