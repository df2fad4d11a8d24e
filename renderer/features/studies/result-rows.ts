import type { FactorView, RunRow } from '#contract/views.ts';
import { measureSpread, type Spread } from '../../kit/spread.ts';
import { layFactorGrid } from './factor-grid.ts';

type ResultRow = {
  readonly labels: readonly string[];
  readonly runs: readonly RunRow[];
  readonly done: number;
  readonly metrics: Readonly<Record<string, Spread>>;
};
export type ResultTable = {
  readonly factors: readonly string[];
  readonly metrics: readonly string[];
  readonly rows: readonly ResultRow[];
};

/** One row per cell of the factor grid, its metrics over seeds: mean and sample standard deviation (n - 1). */
export function tabulateResult(factors: readonly FactorView[], runs: readonly RunRow[]): ResultTable {
  const grid = layFactorGrid(factors, runs);
  const metrics = metricsOf(runs);
  const rows = grid.rows.flatMap((row) =>
    row.cells
      .filter((cell) => cell.runs.length > 0)
      .map((cell) => ({
        labels: grid.columnFactor === undefined ? row.labels : [...row.labels, cell.column],
        runs: cell.runs,
        done: cell.runs.filter((run) => run.state === 'done').length,
        metrics: Object.fromEntries(
          metrics.flatMap((metric) => {
            const spread = measureSpread(cell.runs.flatMap((run) => run.metrics[metric] ?? []));
            return spread === undefined ? [] : [[metric, spread]];
          }),
        ),
      })),
  );
  const across = grid.columnFactor === undefined ? [] : [grid.columnFactor];
  return { factors: [...grid.rowFactors, ...across], metrics, rows };
}

/** Clean accuracy first, then every attack, then every certificate. */
function metricsOf(runs: readonly RunRow[]): string[] {
  const names = new Set(runs.flatMap((run) => Object.keys(run.metrics)));
  const named = (prefix: string): string[] => [...names].filter((name) => name.startsWith(prefix)).sort();
  return [...(names.has('clean') ? ['clean'] : []), ...named('attacked.'), ...named('certified.')];
}
