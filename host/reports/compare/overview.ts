import type { ComparedGroup, ComparisonOverview } from '#contract/compare.ts';
import { headlineOf } from '../study/headline.ts';
import type { ComparedRuns, Group } from '../study/compared-runs.ts';
import { budgetsOf } from './budgets.ts';
import { fittingAxes, valueAt } from './matrix.ts';
import { measureView } from './measure-view.ts';
import { availableAxes } from './size-axes.ts';
import { sizeTable } from './size-table.ts';

export function compareOverview(compared: ComparedRuns): ComparisonOverview {
  const { runs, seeds, groups, questions, factors, contradictions } = compared;
  const paths = factors.map(({ path }) => path);
  return {
    runCount: runs.length,
    finishedCount: runs.filter(({ state }) => state === 'done').length,
    seeds,
    groups: groups.map((group) => comparedGroup(group, paths)),
    measures: questions.map(measureView),
    headline: headlineOf(questions, groups)?.id,
    sizes: availableAxes(compared),
    factors: paths.map((path) => ({
      path,
      values: [...new Set(groups.map(({ settings }) => valueAt(settings, path)))],
    })),
    matrix: fittingAxes(compared),
    sizeTable: sizeTable(compared),
    budgets: budgetsOf(groups),
    contradictions,
  };
}

export const comparedGroup = (
  { id, label, density, isDense, settings, runs }: Group,
  paths: readonly string[],
): ComparedGroup => ({
  id,
  label,
  density,
  isDense,
  settings: Object.fromEntries(paths.map((path) => [path, valueAt(settings, path)])),
  runs: runs.map(({ key, seed, state }) => ({ key, seed, state })),
});
