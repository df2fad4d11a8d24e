import { day, densityText, digitsFor, interval, meanAndDeviation, shortKey } from '../study/format.ts';
import { significance, type Answer, type Group, type Question } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { columnName, withoutCovered } from '../study/question-words.ts';
import { reportMatrices } from '../study/report-matrices.ts';
import { latexText } from './latex-text.ts';
import { matrixLatex } from './matrix-latex.ts';
import { openWorldLatex } from './open-world-latex.ts';

/** Tables for a paper (need booktabs and xcolor); the runs behind them stand in comments. Single attacks that a worst case is taken over are left to the CSV. */
export function reportLatex(report: StudyReport): string {
  const { groups, study, madeAt } = report;
  const questions = withoutCovered(report.questions);
  const answered = groups.filter((group) => group.answers.size > 0);
  const head = questions.map(columnName);
  return `% ${oneLine(study.name)}; made by Redoubt on ${day(madeAt)}. Needs \\usepackage{booktabs,xcolor}.
${answered.map(comment).join('')}\\begin{table}
\\centering
\\caption{${caption(report)}}
\\begin{tabular}{ll${'r'.repeat(questions.length)}}
\\toprule
${['training', 'density', ...head].map(latexText).join(' & ')} \\\\
\\midrule
${answered.map((group, index) => rowOf(group, { questions, previous: answered[index - 1] })).join('')}\\bottomrule
\\end{tabular}
\\end{table}
${reportMatrices(report)
  .map((matrix) => matrixLatex(matrix, study.name))
  .join('')}${report.openWorld === undefined ? '' : openWorldLatex(report.openWorld, study.name)}`;
}

const comment = (group: Group): string =>
  `% ${oneLine(group.label)}, density ${densityText(group.density)}: runs ${group.runs.map(({ key }) => shortKey(key)).join(', ')}\n`;

function caption({ study, seeds }: StudyReport): string {
  const spread = seeds.length > 1 ? `, mean ± sample standard deviation over ${seeds.length} seeds` : '';
  return latexText(
    `${study.name}. Percent of test images classified correctly${spread}; in brackets the Wilson 95 % interval for one test set. Grey: no difference from the dense network beyond the noise (p > ${significance}, Holm). Bold: significantly better than all other rows.`,
  );
}

type RowContext = { readonly questions: readonly Question[]; readonly previous: Group | undefined };

function rowOf(group: Group, { questions, previous }: RowContext): string {
  const label = group.label === previous?.label ? '' : latexText(group.label);
  const rule = previous !== undefined && label !== '' ? '\\addlinespace\n' : '';
  const cells = questions.map(({ id }) => cellOf(group.answers.get(id)));
  const density = group.isDense ? 'dense' : densityText(group.density);
  return `${rule}${[label, density, ...cells].join(' & ')} \\\\\n`;
}

function cellOf(answer: Answer | undefined): string {
  if (answer === undefined) return '--';
  const { spread, proportion, versusDense, isBest } = answer;
  const digits = digitsFor(proportion);
  const mean = latexText(meanAndDeviation(spread, digits));
  const weighed = isBest ? `\\textbf{${mean}}` : mean;
  const shaded = versusDense?.isNoise === true ? `\\textcolor{gray}{${weighed}}` : weighed;
  return `${shaded} {\\scriptsize [${latexText(interval(proportion, digits))}]}`;
}

/** A comment ends with its line. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
