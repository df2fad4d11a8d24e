import type { RunState, Scalar, Settings } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';
import { settingCell } from '../../client/setting-cell.ts';
import { measureSpread, type Spread } from '../../kit/spread.ts';
import type { Column } from './columns.ts';
import { sortRuns, type Sort } from './sort-runs.ts';

/** Runs looked at as one. */
export type RunGroup = {
  readonly key: string;
  readonly runs: readonly RunRow[];
  /** Stands for the group where runs are sorted and shown: what all its runs share, and the mean of each metric. */
  readonly mean: RunRow;
  readonly spreads: Readonly<Record<string, Spread>>;
};

/** `seeds`: runs that differ in nothing but their seed. Else a column: runs that have the same value there. */
export type Grouping = 'seeds' | Column;

export function groupRuns(runs: readonly RunRow[], grouping: Grouping): RunGroup[] {
  const keyOf = grouping === 'seeds' ? settingsKey : (run: RunRow) => String(grouping.valueOf(run) ?? '');
  return [...Map.groupBy(runs, keyOf)].map(([value, members]) => {
    const first = members[0]!;
    const name = grouping === 'seeds' ? nameWithoutSeed(first) : valueName(grouping, first);
    return makeGroup(`group ${value}`, name, members);
  });
}

/** As runs are sorted, by what stands for each group. */
export function sortGroups(
  groups: readonly RunGroup[],
  sorts: readonly Sort[],
  columns: readonly Column[],
): readonly RunGroup[] {
  const byKey = new Map(groups.map((group) => [group.key, group]));
  const means = groups.map((group) => group.mean);
  return sortRuns(means, sorts, columns).flatMap(({ key }) => byKey.get(key) ?? []);
}

/** How many values the runs have there; one is what they share. */
export const countValues = (column: Column, runs: readonly RunRow[]): number =>
  new Set(runs.map(column.valueOf)).size;

const settingsKey = ({ settings }: RunRow): string =>
  JSON.stringify(Object.entries(settings).sort(([left], [right]) => (left < right ? -1 : 1)));

/** `natural density 0.1 seed 3` without its end. */
const nameWithoutSeed = ({ name, seed }: RunRow): string =>
  name.replace(new RegExp(`[ ,]*(seed |#)${seed}$`), '') || 'all seeds';

function valueName(column: Column, run: RunRow): string {
  const value = column.valueOf(run);
  return value === undefined ? `no ${column.name}` : `${column.name} ${settingCell(column.name, value)}`;
}

function makeGroup(key: string, name: string, runs: readonly RunRow[]): RunGroup {
  const first = runs[0]!;
  const spreads = spreadsOf(runs);
  const finished = runs.flatMap((run) => run.finishedAt ?? []);
  const mean: RunRow = {
    key,
    name,
    seed: first.seed,
    state: stateOf(runs),
    studies: first.studies,
    settings: sharedSettings(runs),
    metrics: Object.fromEntries(Object.entries(spreads).map(([metric, spread]) => [metric, spread.mean])),
    createdAt: Math.max(...runs.map((run) => run.createdAt)),
    finishedAt: finished.length === runs.length ? Math.max(...finished) : undefined,
  };
  return { key, runs, mean, spreads };
}

function spreadsOf(runs: readonly RunRow[]): Record<string, Spread> {
  const names = new Set(runs.flatMap((run) => Object.keys(run.metrics)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const spread = measureSpread(runs.flatMap((run) => run.metrics[name] ?? []));
      return spread === undefined ? [] : [[name, spread]];
    }),
  );
}

function sharedSettings(runs: readonly RunRow[]): Settings {
  const [first, ...rest] = runs;
  const shared: [string, Scalar][] = Object.entries(first?.settings ?? {}).filter(([path, value]) =>
    rest.every((run) => run.settings[path] === value),
  );
  return Object.fromEntries(shared);
}

/** What a person should look at first. */
const urgency: readonly RunState[] = ['failed', 'running', 'interrupted', 'queued', 'cancelled', 'done'];
const stateOf = (runs: readonly RunRow[]): RunState =>
  urgency.find((state) => runs.some((run) => run.state === state)) ?? 'queued';
