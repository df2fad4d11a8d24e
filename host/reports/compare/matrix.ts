import type { MatrixCell, MatrixView } from '#contract/compare.ts';
import type { Scalar, Settings } from '#contract/run.ts';
import { holm } from '../statistics/significance.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import type { SeedTest } from '../study/answered-examples.ts';
import { compareGroups } from '../study/compare-groups.ts';
import { densityOfSettings } from '../study/group-labels.ts';
import { significance, type ComparedRuns, type Group, type Question } from '../study/compared-runs.ts';
import { measureView } from './measure-view.ts';

export type MatrixAxes = { readonly rows: string; readonly columns: string };
export type MatrixOptions = MatrixAxes & { readonly test?: SeedTest };

/** Rows and columns of a table, one table for each combination of whatever else differs between the groups. */
export function matrices(
  compared: ComparedRuns,
  question: Question,
  { rows, columns, test = 'paired t' }: MatrixOptions,
): MatrixView[] {
  const { groups } = compared;
  const others = settingsBeside(compared, { rows, columns });
  const slices = Map.groupBy(groups, (group) =>
    JSON.stringify(others.map((path) => valueAt(group.settings, path))),
  );
  return [...slices.values()].map((own) => {
    const rowValues = valuesOf(own, rows);
    const columnValues = valuesOf(own, columns);
    const byColumn = columnValues.map((column) => {
      const inColumn = own.filter((group) => valueAt(group.settings, columns) === column);
      return {
        inColumn,
        standings: rankColumn(inColumn, question, test),
      };
    });
    return {
      measure: measureView(question),
      rows: { path: rows, values: rowValues },
      columns: { path: columns, values: columnValues },
      where: others.map((path) => ({ path, value: String(valueAt(own[0]?.settings ?? {}, path)) })),
      cells: rowValues.map((row) =>
        byColumn.map(({ inColumn, standings }) => {
          const group = inColumn.find((each) => valueAt(each.settings, rows) === row);
          return group && cellOf(group, question, standings.get(group.id));
        }),
      ),
    };
  });
}

/**
 * What else differs between tables. How networks are trained after pre-training may follow from the rest, where a study
 * matches objectives or evens out budgets: it then needs no table of its own. A density always does.
 */
function settingsBeside({ groups, factors }: ComparedRuns, { rows, columns }: MatrixAxes): string[] {
  const paths = factors.map(({ path }) => path);
  const told = paths.reduceRight(
    (kept, path) => {
      const rest = kept.filter((other) => other !== path);
      const isAxis = path === rows || path === columns;
      return !isAxis && isTrainedAfterwards(path) && followsFrom(rest, path, groups) ? rest : kept;
    },
    [...new Set([rows, columns, ...paths])],
  );
  return told.filter((path) => path !== rows && path !== columns);
}

const isTrainedAfterwards = (path: string): boolean =>
  path.startsWith('finetune.') || /^prune\.(?:.*\.)?(?:training|objective)(?:\.|$)/.test(path);

function followsFrom(known: readonly string[], path: string, groups: readonly Group[]): boolean {
  const alike = Map.groupBy(groups, ({ settings }) =>
    JSON.stringify(known.map((each) => valueAt(settings, each))),
  );
  return [...alike.values()].every((own) => valuesOf(own, path).length === 1);
}

/** The matrix that these settings invite to: two objectives, then strategies over density; none where no row has two columns. */
export function fittingAxes({ factors, groups }: ComparedRuns): MatrixAxes | undefined {
  const paths = factors.map(({ path }) => path);
  const [first, second] = paths.filter((path) => path !== 'prune.density');
  const candidates = [
    ['pretrain.objective', 'finetune.objective'],
    ['prune', 'prune.density'],
    [first, 'prune.density'],
    [first, second],
  ];
  for (const [rows, columns] of candidates)
    if (rows !== undefined && columns !== undefined && paths.includes(rows) && paths.includes(columns)) {
      const byRow = Map.groupBy(groups, ({ settings }) => valueAt(settings, rows));
      const isTable = [...byRow.values()].some((own) => valuesOf(own, columns).length > 1);
      if (byRow.size > 1 && isTable) return { rows, columns };
    }
  return undefined;
}

export function valueAt(settings: Settings, path: string): Scalar {
  if (path === 'prune.density') return densityOfSettings(settings);
  const value = settings[path] ?? (path === 'prune.weights' ? 'trained' : 'none');
  return path === 'finetune.objective' && value === 'matched'
    ? valueAt(settings, 'pretrain.objective')
    : value;
}

/** In the order of the study; numbers from large to small, as densities are read. */
function valuesOf(groups: readonly Group[], path: string): Scalar[] {
  const values = [...new Set(groups.map(({ settings }) => valueAt(settings, path)))];
  return values.every((value) => typeof value === 'number')
    ? values.sort((left, right) => right - left)
    : values;
}

type Standing = Pick<MatrixCell, 'standing' | 'p'>;

/** The highest mean against every other of its column. */
function rankColumn(groups: readonly Group[], question: Question, test: SeedTest): Map<string, Standing> {
  const answered = groups.flatMap((group) => {
    const answer = group.answers.get(question.id);
    return answer === undefined ? [] : [{ id: group.id, answer }];
  });
  const [best, ...others] = answered.sort(
    (left, right) => right.answer.spread.mean - left.answer.spread.mean,
  );
  if (best === undefined) return new Map();
  const raw = others.map(
    ({ answer }) => compareGroups(best.answer.correctness, answer.correctness, test)?.p ?? 1,
  );
  const adjusted = holm(raw);
  const isNoise = adjusted.some((p) => p > significance);
  return new Map<string, Standing>([
    [best.id, { standing: others.length === 0 ? 'alone' : isNoise ? 'level' : 'best', p: undefined }],
    ...others.map(({ id }, index): [string, Standing] => {
      const p = adjusted[index] ?? 1;
      return [id, { standing: p > significance ? 'level' : 'behind', p }];
    }),
  ]);
}

function cellOf(group: Group, question: Question, standing: Standing | undefined): MatrixCell {
  const answer = group.answers.get(question.id);
  return {
    group: group.id,
    runs: group.runs.map(({ key }) => key),
    value: measureSeeds(answer?.perRun.map(({ proportion }) => proportion.value) ?? []),
    low: answer?.proportion.low ?? 0,
    high: answer?.proportion.high ?? 1,
    standing: standing?.standing ?? 'alone',
    p: standing?.p,
  };
}
