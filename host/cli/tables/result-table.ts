import pc from 'picocolors';
import { densityText, digitsFor, interval, meanAndDeviation, percent } from '#host/reports/study/format.ts';
import { columnName } from '#host/reports/study/question-words.ts';
import type { Answer, Group } from '#host/reports/study/compared-runs.ts';
import type { StudyReport } from '#host/reports/study/study-report.ts';
import { plainTable } from './plain-table.ts';
import { wrapped } from './wrapped.ts';

/** What a study found, a line for every group of runs; first what makes its certificates worthless, if anything does. */
export function resultTable({ groups, questions, seeds, contradictions }: StudyReport): string {
  const table = plainTable(
    ['training', 'density', ...questions.map(columnName)],
    ['left', 'right', ...questions.map(() => 'right' as const)],
  );
  for (const [index, group] of groups.entries())
    table.push([
      group.label === groups[index - 1]?.label ? '' : group.label,
      group.isDense ? 'dense' : densityText(group.density),
      ...questions.map(({ id }) => cell(group, group.answers.get(id))),
    ]);
  const spread = seeds.length > 1 ? `mean ± standard deviation over ${seeds.length} seeds, ` : '';
  const refused = contradictions.map((message) => `${pc.red(wrapped(message))}\n`).join('');
  return `${refused}${table.toString()}\n${pc.dim(`Percent; ${spread}[Wilson 95 %], share retained of the dense network (grey: inside the noise).`)}`;
}

function cell(group: Group, answer: Answer | undefined): string {
  if (answer === undefined) return pc.dim(group.runs[0]?.state ?? '');
  const { spread, proportion, retention, versusDense, isBest } = answer;
  const digits = digitsFor(proportion);
  const mean = meanAndDeviation(spread, digits);
  const parts = [isBest ? pc.bold(mean) : mean, pc.dim(`[${interval(proportion, digits)}]`)];
  if (retention !== undefined) {
    const kept = percent(retention.mean, 0);
    parts.push(versusDense?.isNoise === true ? pc.dim(kept) : kept);
  }
  return parts.join(' ');
}
