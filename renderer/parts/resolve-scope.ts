import type { ComparisonScope } from '#contract/compare.ts';
import type { RunRow, StudySummary } from '#contract/views.ts';
import type { Chosen } from '../client/addresses.ts';

/** What an address names. */
export type AskedScope = {
  readonly study: number | undefined;
  /** Beginnings of keys. */
  readonly runs: readonly string[] | undefined;
  readonly chosen: Chosen;
};
export type FoundScope =
  | { readonly kind: 'study'; readonly scope: Extract<ComparisonScope, { study: number }> }
  | { readonly kind: 'runs'; readonly scope: Extract<ComparisonScope, { runs: string[] }> }
  | { readonly kind: 'none'; readonly message: string };

/** The runs that an address names: those whose keys begin so, else a study, else the newest with a finished run. */
export function resolveScope(
  { study, runs }: Omit<AskedScope, 'chosen'>,
  studies: readonly StudySummary[],
  rows: readonly Pick<RunRow, 'key'>[],
): FoundScope {
  if (runs !== undefined) {
    const keys = rows.filter(({ key }) => runs.some((start) => key.startsWith(start))).map(({ key }) => key);
    return keys.length > 0
      ? { kind: 'runs', scope: { runs: keys } }
      : { kind: 'none', message: 'None of the runs that this address names is in this workspace any more.' };
  }
  const newest = [...studies].sort((left, right) => right.createdAt - left.createdAt);
  const chosen =
    study === undefined
      ? (newest.find((each) => each.runs.done > 0) ?? newest[0])
      : studies.find(({ id }) => id === study);
  return chosen === undefined
    ? { kind: 'none', message: `There is no study ${study ?? ''} in this workspace.` }
    : { kind: 'study', scope: { study: chosen.id } };
}
