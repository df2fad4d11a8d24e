import {
  compressionText,
  pText,
  densityText,
  digitsFor,
  interval,
  meanAndDeviation,
  percent,
} from '../study/format.ts';
import { kindOf, withoutCovered, wordsOf } from '../study/question-words.ts';
import { significance, type Answer, type Group, type Question } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

/** Means over seeds with their intervals, and what pruning retains of them. */
export function tableSection({ groups, questions, seeds, openWorld }: StudyReport): Markup {
  const answered = groups.filter((group) => group.answers.size > 0);
  if (answered.length === 0 && openWorld !== undefined && questions.length === 1) return markup``;
  if (answered.length === 0)
    return markup`<section><h2>Results</h2><p>No evaluation is finished yet.</p></section>`;
  const main = withoutCovered(questions);
  const covered = questions.filter((question) => !main.includes(question));
  return markup`<section class="results"><h2>Results</h2>
${chunksOf(main).map((columns) => table(answered, columns))}
${covered.length > 0 && markup`<h3>The single attacks behind the worst cases</h3>${chunksOf(covered).map((columns) => table(answered, columns))}`}
${legendOf(seeds.length)}</section>`;
}

/** As many columns as a page is wide. */
const mostColumns = 5;

const chunksOf = (questions: readonly Question[]): Question[][] => {
  const count = Math.ceil(questions.length / mostColumns);
  const size = Math.ceil(questions.length / count);
  return Array.from({ length: count }, (_, index) => questions.slice(index * size, (index + 1) * size));
};

function table(answered: readonly Group[], questions: readonly Question[]): Markup {
  const hasLabels = answered.some(({ label }) => label !== '');
  return markup`<div class="scroll"><table>
<thead><tr>${hasLabels && markup`<th scope="col">Training</th>`}<th scope="col" class="number">Density</th>
${questions.map(head)}</tr></thead>
<tbody>${answered.map((group, index) => row(group, { questions, hasLabels, previous: answered[index - 1] }))}</tbody>
</table></div>`;
}

function head(question: Question): Markup {
  const { title, papers } = wordsOf(question);
  const [name, note] =
    kindOf(question) === 'clean' ? [title, papers] : [question.id, `${title.toLowerCase()} (${papers})`];
  return markup`<th scope="col" class="number">${name}<small>${note}</small></th>`;
}

type RowContext = {
  readonly questions: readonly Question[];
  readonly hasLabels: boolean;
  readonly previous: Group | undefined;
};

function row(group: Group, { questions, hasLabels, previous }: RowContext): Markup {
  const isNew = previous?.label !== group.label;
  return markup`<tr class="${isNew ? 'first' : ''}">
${hasLabels && markup`<th scope="row">${isNew && group.label}</th>`}
<td class="number">${group.isDense ? 'dense' : densityText(group.density)}<small>${group.isDense ? '' : compressionText(group.density)}</small></td>
${questions.map(({ id }) => cell(group.answers.get(id)))}</tr>`;
}

function cell(answer: Answer | undefined): Markup {
  if (answer === undefined) return markup`<td class="number missing">not yet</td>`;
  const { spread, proportion, retention, versusDense, isBest } = answer;
  const digits = digitsFor(proportion);
  const mean = meanAndDeviation(spread, digits);
  return markup`<td class="number">${isBest ? markup`<b>${mean}</b>` : mean}<small>[${interval(proportion, digits)}]</small>
${
  retention !== undefined &&
  markup`<small class="${versusDense?.isNoise === true ? 'noise' : 'retention'}">${percent(retention.mean, retention.mean > 0.995 ? 0 : 1)} retained${versusDense?.isNoise === true && `, ${pText(versusDense.p)}`}</small>`
}</td>`;
}

const legendOf = (seedCount: number): Markup =>
  markup`<p class="note">Percent${seedCount > 1 ? `, mean ± sample standard deviation over ${seedCount} seeds` : ''}; in brackets the Wilson 95 % interval for one test set of this size. Retained: the metric divided by that of the dense twin at the same seed; p of ${seedCount > 2 ? 'the paired t test over seeds' : 'the exact McNemar test over test images'}, with Holm’s correction over the column. <span class="noise">Grey: a difference inside the noise (p > ${significance}).</span> <b>Bold</b>: significantly better than every other row.</p>`;
