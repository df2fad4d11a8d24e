import type { Scalar } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';

export type ColumnGroup = 'run' | 'setting' | 'metric';
/** One thing that can be shown, sorted and filtered by. Ids begin with their group, since a metric may be called like a setting. */
export type Column = {
  readonly id: string;
  readonly group: ColumnGroup;
  readonly name: string;
  readonly look: 'text' | 'number' | 'accuracy' | 'time' | 'state';
  readonly valueOf: (run: RunRow) => Scalar | undefined;
};

const runColumns: readonly Column[] = [
  column('run', 'name', 'text', (run) => run.name),
  column('run', 'state', 'state', (run) => run.state),
  column('run', 'seed', 'number', (run) => run.seed),
  column('run', 'study', 'text', (run) => run.studies.map((study) => study.name).join(', ')),
  column('run', 'key', 'text', (run) => run.key.slice(0, 8)),
  column('run', 'created', 'time', (run) => run.createdAt),
  column('run', 'finished', 'time', (run) => run.finishedAt),
];

/** Every column that these runs have: those of all runs, then settings, then metrics, by name. */
export function listColumns(runs: readonly RunRow[]): Column[] {
  const settings = new Map<string, Scalar>();
  const metrics = new Set<string>();
  for (const run of runs) {
    for (const [path, value] of Object.entries(run.settings)) settings.set(path, value);
    for (const name of Object.keys(run.metrics)) metrics.add(name);
  }
  return [
    ...runColumns,
    ...[...settings.entries()]
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([path, value]) =>
        column('setting', path, typeof value === 'number' ? 'number' : 'text', (run) => run.settings[path]),
      ),
    ...[...metrics]
      .sort((left, right) => left.localeCompare(right))
      .map((name) =>
        column('metric', name, isAccuracy(name) ? 'accuracy' : 'number', (run) => run.metrics[name]),
      ),
  ];
}

/** What a newcomer sees first: what tells runs apart, and how they fared. */
export function defaultColumns(columns: readonly Column[], runs: readonly RunRow[]): string[] {
  const varied = columns.filter((candidate) => usual.includes(candidate.id) && varies(candidate, runs));
  const told = (candidate: Column): number =>
    runs.filter((run) => candidate.valueOf(run) !== undefined).length;
  // Those that most runs have; equals stay in the order of their names.
  const attacked = columns
    .filter((candidate) => candidate.id.startsWith('metric:attacked.'))
    .map((candidate) => ({ candidate, count: told(candidate) }))
    .sort((left, right) => right.count - left.count)
    .map(({ candidate }) => candidate);
  const certified = columns.filter((candidate) => candidate.id.startsWith('metric:certified.'));
  const wanted = [
    'run:name',
    // A name tells a run from the others of its study only.
    ...varied.filter(({ id }) => id === 'run:study').map(({ id }) => id),
    'run:state',
    'setting:prune.density',
    'metric:clean',
    ...attacked.slice(0, 3).map((candidate) => candidate.id),
    ...certified.slice(0, 3).map((candidate) => candidate.id),
    ...varied.filter(({ id }) => id !== 'run:study').map(({ id }) => id),
    'run:seed',
  ];
  return wanted.filter((id) => columns.some((candidate) => candidate.id === id));
}

/** Settings that studies usually vary. */
const usual: readonly string[] = [
  'run:study',
  'setting:dataset',
  'setting:network',
  'setting:pretrain.objective',
  'setting:prune',
  'setting:finetune.objective',
];

const varies = (candidate: Column, runs: readonly RunRow[]): boolean =>
  new Set(runs.map(candidate.valueOf)).size > 1;

const isAccuracy = (name: string): boolean =>
  name === 'clean' || /^(attacked|certified)\./.test(name) || /(^|\.)(accuracy|clean)$/.test(name);

function column(group: ColumnGroup, name: string, look: Column['look'], valueOf: Column['valueOf']): Column {
  return { id: `${group}:${name}`, group, name, look, valueOf };
}

/**
 * The columns that a name in a filter may mean: its id (`metric:density`) or full name, else the end of one after a
 * dot (`density` for `prune.density`), else words inside one (`pgd-50` for `attacked.pgd-50 linf 8/255`). Settings go
 * before metrics, since a run has its settings before it has any metric.
 */
export function findColumns(name: string, columns: readonly Column[]): readonly Column[] {
  const asked = name.toLowerCase();
  const ends = (full: string): boolean => full === asked || full.endsWith(`.${asked}`);
  const ways: ((full: string, column: Column) => boolean)[] = [
    (full, { id, group }) => id.toLowerCase() === asked || (group === 'run' && full === asked),
    (full, { group }) => group === 'setting' && full === asked,
    (full, { group }) => group === 'setting' && ends(full),
    (full) => full === asked,
    ends,
    (full) => full.startsWith(`${asked} `) || full.startsWith(`${asked}.`),
    (full) => ` ${full.replaceAll('.', ' ')} `.includes(` ${asked.replaceAll('.', ' ')} `),
  ];
  for (const way of ways) {
    const found = columns.filter((candidate) => way(candidate.name.toLowerCase(), candidate));
    if (found.length > 0) return found;
  }
  return [];
}
