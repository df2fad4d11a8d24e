import type { MatrixView } from '#contract/compare.ts';
import { fittingAxes, matrices } from '../compare/matrix.ts';
import { headlineOf } from './headline.ts';
import type { ComparedRuns } from './compared-runs.ts';

const mostTables = 8;

/** The tables of a report: the headline's accuracy and the clean one, where two settings make a table. */
export function reportMatrices(compared: ComparedRuns): MatrixView[] {
  const axes = fittingAxes(compared);
  if (axes === undefined) return [];
  const headline = headlineOf(compared.questions, compared.groups);
  const certified = compared.questions.filter(({ certificate }) => certificate !== undefined).at(-1);
  const clean = compared.questions.find(({ id }) => id === 'clean');
  return [headline, certified, clean]
    .flatMap((question) => (question === undefined ? [] : matrices(compared, question, axes)))
    .filter(isTable)
    .slice(0, mostTables);
}

/** One column, or one row, is no table. */
const isTable = ({ rows, columns, cells }: MatrixView): boolean =>
  rows.values.length > 1 &&
  columns.values.length > 1 &&
  cells.flat().some((cell) => cell?.value !== undefined);

/** In words, what a table is of: `pgd-50 linf 8/255, density 0.1`. */
export function matrixTitle({ measure, where }: MatrixView): string {
  return [measure.title, ...where.map(({ path, value }) => settingPhrase(path, value))].join(', ');
}

const settingPhrase = (path: string, value: string): string => {
  if (path === 'prune.density') return value === '1' ? 'dense' : `density ${value}`;
  return path === 'network' || path === 'dataset' ? value : `${path} ${value}`;
};
