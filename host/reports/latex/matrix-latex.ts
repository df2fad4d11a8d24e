import type { MatrixCell, MatrixView } from '#contract/compare.ts';
import { settingText } from '#contract/setting-text.ts';
import { digitsFor, interval, meanAndDeviation, shortKey } from '../study/format.ts';
import { matrixTitle } from '../study/report-matrices.ts';
import { significance } from '../study/compared-runs.ts';
import { latexText } from './latex-text.ts';

/** A matrix as a table of a paper (needs booktabs and xcolor); the runs behind it stand in comments. */
export function matrixLatex(matrix: MatrixView, study: string): string {
  const { rows, columns, cells } = matrix;
  const names = columns.values.map((value) => latexText(settingText(columns.path, value)));
  return `
${runComments(matrix)}\\begin{table}
\\centering
\\caption{${latexText(`${study}. ${matrixTitle(matrix)}: percent; rows ${rows.path}, columns ${columns.path}. Bold: significantly better than all other rows of the column (p ≤ ${significance}, Holm). Grey: not to be told from the highest of its column.`)}}
\\begin{tabular}{l${'r'.repeat(names.length)}}
\\toprule
${[latexText(rows.path), ...names].join(' & ')} \\\\
\\midrule
${rows.values.map((value, row) => `${[latexText(settingText(rows.path, value)), ...(cells[row] ?? []).map(cellOf)].join(' & ')} \\\\\n`).join('')}\\bottomrule
\\end{tabular}
\\end{table}
`;
}

const runComments = ({ rows, columns, cells }: MatrixView): string =>
  cells
    .flatMap((own, row) =>
      own.flatMap((cell, column) =>
        cell === undefined
          ? []
          : [
              `% ${oneLine(rows.values[row])}, ${oneLine(columns.values[column])}: runs ${cell.runs.map(shortKey).join(', ')}\n`,
            ],
      ),
    )
    .join('');

function cellOf(cell: MatrixCell | undefined): string {
  if (cell?.value === undefined) return '--';
  const digits = digitsFor(cell);
  const mean = latexText(meanAndDeviation(cell.value, digits));
  const range = `{\\scriptsize [${latexText(interval(cell, digits))}]}`;
  switch (cell.standing) {
    case 'best':
      return `\\textbf{${mean}} ${range}`;
    case 'level':
      return `\\textcolor{gray}{${mean}} ${range}`;
    case 'behind':
    case 'alone':
      return `${mean} ${range}`;
  }
}

/** A comment ends with its line. */
const oneLine = (value: string | number | boolean | undefined): string => String(value).replace(/\s+/g, ' ');
