import type { MatrixCell, MatrixView } from '#contract/compare.ts';
import { settingText } from '#contract/setting-text.ts';
import { digitsFor, interval, meanAndDeviation, pText, shortKey } from '../study/format.ts';
import { matrixTitle, reportMatrices } from '../study/report-matrices.ts';
import { significance } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

/** One setting against another: the objectives of pre-training and fine-tuning, where both vary. */
export function matrixSection(report: StudyReport): Markup {
  const tables = reportMatrices(report);
  const [first] = tables;
  if (first === undefined) return markup``;
  return markup`<section class="matrices"><h2>${first.rows.path} against ${first.columns.path}</h2>
<div class="matrix-grid">${tables.map(table)}</div>
<p class="note">Percent${report.seeds.length > 1 ? `, mean ± sample standard deviation over ${report.seeds.length} seeds` : ''}; in brackets the Wilson 95 % interval for one test set of this size. Read down a column. <b>Bold</b>: significantly better than every other row of its column (${report.seeds.length > 2 ? 'paired t over seeds' : 'exact McNemar over test images, at every seed'}, Holm’s correction within the column, p ≤ ${significance}). <span class="level">Grey: not to be told from the highest of its column.</span></p></section>`;
}

const table = (matrix: MatrixView): Markup => markup`<div class="scroll"><table class="matrix">
<caption>${matrixTitle(matrix)}</caption>
<thead><tr><th scope="col"><small>${matrix.columns.path} →</small><small>${matrix.rows.path} ↓</small></th>${matrix.columns.values.map((value) => markup`<th scope="col" class="number">${settingText(matrix.columns.path, value)}</th>`)}</tr></thead>
<tbody>${matrix.rows.values.map(
  (value, row) =>
    markup`<tr><th scope="row">${settingText(matrix.rows.path, value)}</th>${(matrix.cells[row] ?? []).map(cellOf)}</tr>`,
)}</tbody></table></div>`;

function cellOf(cell: MatrixCell | undefined): Markup {
  if (cell === undefined) return markup`<td class="number missing">–</td>`;
  const { value, low, high, standing, p, runs } = cell;
  if (value === undefined) return markup`<td class="number missing">not yet</td>`;
  const digits = digitsFor({ low, high });
  const mean = meanAndDeviation(value, digits);
  const against = p === undefined ? '' : `; ${pText(p)} against the highest of its column`;
  return markup`<td class="number ${standing}" title="runs ${runs.map(shortKey).join(', ')}${against}">${standing === 'best' ? markup`<b>${mean}</b>` : mean}<small>[${interval({ low, high }, digits)}]</small></td>`;
}
