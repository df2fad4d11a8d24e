import type { Scalar } from '#contract/run.ts';
import type { FactorView, RunRow } from '#contract/views.ts';
import { settingCell } from '../../client/setting-cell.ts';

type GridCell = { readonly column: string; readonly runs: readonly RunRow[] };
type GridRow = { readonly labels: readonly string[]; readonly cells: readonly GridCell[] };
/** The factor grid of a study: the last varied factor across, all others down; each cell holds its seeds' runs. */
export type FactorGrid = {
  readonly rowFactors: readonly string[];
  readonly columnFactor: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly GridRow[];
};

/**
 * Axes are read off the runs, since a value may look otherwise in them than in the file (8/255) and the dense
 * control has no density at all. The factors give the order.
 */
export function layFactorGrid(factors: readonly FactorView[], runs: readonly RunRow[]): FactorGrid {
  const paths = factors.map((factor) => settingPath(factor.path));
  const axes = factors.map((factor) => axisOf(factor, runs, paths)).filter((axis) => axis.labels.length > 1);
  const across = axes.at(-1);
  const down = axes.slice(0, -1);
  const columns = across?.labels ?? [''];
  const groups = Map.groupBy(runs, (run) => JSON.stringify(down.map((axis) => axis.labelOf(run))));
  const rows = [...groups.entries()]
    .map(([key, members]) => ({ labels: JSON.parse(key) as string[], members }))
    .sort((left, right) => compareLabels(down, left.labels, right.labels))
    .map(({ labels, members }) => ({
      labels,
      cells: columns.map((column) => ({
        column,
        runs: members
          .filter((run) => across === undefined || across.labelOf(run) === column)
          .sort((left, right) => left.seed - right.seed),
      })),
    }));
  return { rowFactors: down.map((axis) => axis.path), columnFactor: across?.path, columns, rows };
}

/** How many leading labels a row shares with the row above it. */
export function countRepeated(labels: readonly string[], above: readonly string[] | undefined): number {
  const place = labels.findIndex((label, index) => label !== above?.[index]);
  return place < 0 ? labels.length : place;
}

type Axis = {
  readonly path: string;
  readonly labels: readonly string[];
  readonly labelOf: (run: RunRow) => string;
};

function axisOf(factor: FactorView, runs: readonly RunRow[], factorPaths: readonly string[]): Axis {
  const path = settingPath(factor.path);
  const details = detailsOf(path, runs).filter((detail) => !factorPaths.includes(detail));
  const labelOf = (run: RunRow): string => {
    const told = details.filter((detail) => run.settings[detail] !== undefined);
    return [
      ...(run.settings[path] === undefined && told.length > 0
        ? []
        : [labelOfSetting(path, run.settings[path])]),
      ...told.map(
        (detail) => `${detail.slice(path.length + 1)} ${settingCell(detail, run.settings[detail])}`,
      ),
    ].join(', ');
  };
  const order = factor.values.map((value) => labelOfSetting(path, value));
  const labels = [...new Set(runs.map(labelOf))].sort(
    (left, right) => rank(order, left) - rank(order, right),
  );
  return { path, labels, labelOf };
}

/** Settings inside an alternative that tell apart alternatives of one kind: two adversarial objectives by their radius. */
function detailsOf(path: string, runs: readonly RunRow[]): string[] {
  const kinds = [...Map.groupBy(runs, (run) => run.settings[path]).values()];
  const inside = new Set(runs.flatMap((run) => Object.keys(run.settings)));
  return [...inside].filter(
    (detail) =>
      detail.startsWith(`${path}.`) &&
      kinds.some((alike) => new Set(alike.map((run) => run.settings[detail])).size > 1),
  );
}

/** An alternative's `kind` stands under the alternative's own path in settings. */
const settingPath = (path: string): string => path.replace(/\.(kind|name)$/, '');

/** Nothing is pruned where there is no density: the dense control. */
const labelOfSetting = (path: string, value: Scalar | undefined): string =>
  path.endsWith('density') && (value === undefined || value === 1) ? 'dense' : settingCell(path, value);

/** A factor's value may say more than the label: `adversarial, epsilon 8/255` is the one that `adversarial` means. */
function rank(order: readonly string[], label: string): number {
  const parts = label.split(', ');
  const place = order.findIndex((value) => {
    const said = value.split(', ');
    return parts.every((part) => said.includes(part));
  });
  return place < 0 ? -1 : place;
}

function compareLabels(axes: readonly Axis[], left: readonly string[], right: readonly string[]): number {
  for (const [index, axis] of axes.entries()) {
    const difference = axis.labels.indexOf(left[index] ?? '') - axis.labels.indexOf(right[index] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
}
