import type { Command } from 'commander';
import pc from 'picocolors';
import type { RunState } from '#contract/run.ts';
import type { RunRow } from '#contract/views.ts';
import { csvText } from '#host/reports/csv/csv-text.ts';
import { shortKey } from '#host/reports/study/format.ts';
import { readRunRows } from '#host/reports/views/run-rows.ts';
import { findStudy, openForReading } from '../open-for-reading.ts';
import { workspaceOf } from '../options.ts';
import { plainTable } from '../tables/plain-table.ts';

type Options = { readonly json?: true; readonly csv?: true; readonly study?: string };

export function addRunsCommand(program: Command): void {
  program
    .command('runs')
    .description('list runs with what they measured')
    .option('--study <study>', 'only those of a study, by number or name')
    .option('--json', 'everything, as JSON')
    .option('--csv', 'everything, as CSV')
    .action((options: Options, command: Command) => {
      const { store } = openForReading(workspaceOf(command));
      try {
        const stored =
          options.study === undefined ? store.runs() : store.runsOf(findStudy(store, options.study).id);
        const rows = readRunRows(store)(stored);
        if (options.json === true) console.log(JSON.stringify(rows, null, 2));
        else if (options.csv === true) process.stdout.write(asCsv(rows));
        else console.log(asTable(rows));
      } finally {
        store.close();
      }
    });
}

const stateColors: Readonly<Record<RunState, (text: string) => string>> = {
  queued: pc.dim,
  running: pc.cyan,
  done: pc.green,
  failed: pc.red,
  cancelled: pc.yellow,
  interrupted: pc.yellow,
};

function asTable(rows: readonly RunRow[]): string {
  if (rows.length === 0) return 'No runs yet. "redoubt quickstart" makes the first ones.';
  const results = resultNames(rows);
  const table = plainTable(
    ['run', 'name', 'seed', 'state', 'density', ...results],
    ['left', 'left', 'right', 'left', 'right', ...results.map(() => 'right' as const)],
  );
  for (const { key, name, seed, state, settings, metrics } of rows)
    table.push([
      pc.dim(shortKey(key)),
      name,
      seed,
      stateColors[state](state),
      String(settings['prune.density'] ?? ''),
      ...results.map((metric) => percentOf(metrics[metric])),
    ]);
  return table.toString();
}

/** What a row of the table says: accuracies, not losses and sizes. */
const resultNames = (rows: readonly RunRow[]): string[] => [
  ...new Set(
    rows.flatMap(({ metrics }) =>
      Object.keys(metrics).filter((name) => name === 'clean' || /^(?:attacked|certified)\./.test(name)),
    ),
  ),
];

const percentOf = (value: number | undefined): string =>
  value === undefined ? '' : `${(100 * value).toFixed(1)} %`;

function asCsv(rows: readonly RunRow[]): string {
  const settings = [...new Set(rows.flatMap((row) => Object.keys(row.settings)))];
  const metrics = [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))];
  const head = ['run', 'name', 'seed', 'state', 'studies', ...settings, ...metrics];
  const lines = rows.map((row) => [
    row.key,
    row.name,
    row.seed,
    row.state,
    row.studies.map(({ name }) => name).join('; '),
    ...settings.map((path) => {
      const value = row.settings[path];
      return typeof value === 'boolean' ? String(value) : value;
    }),
    ...metrics.map((name) => row.metrics[name]),
  ]);
  return csvText([head, ...lines]);
}
