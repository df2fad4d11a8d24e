import { sizeMetrics, type SizeRow } from '#contract/compare.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import type { ComparedRuns } from '../study/compared-runs.ts';
import { sizeOfRun } from './size-axes.ts';

/** The honest sizes of every group that has any; a density alone, which was asked for, is none. */
export function sizeTable({ groups }: Pick<ComparedRuns, 'groups'>): SizeRow[] {
  return groups.flatMap((group): SizeRow[] => {
    const found = sizeMetrics.flatMap((id) => {
      const values = group.runs.flatMap((run) => sizeOfRun(group, run, id) ?? []);
      const spread = measureSeeds(values);
      return spread === undefined ? [] : [[id, spread] as const];
    });
    const { id, label, density } = group;
    return found.length > 1 ? [{ group: id, label, density, sizes: Object.fromEntries(found) }] : [];
  });
}
