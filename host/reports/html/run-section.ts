import { densityText, interval, shortKey } from '../study/format.ts';
import type { Group, Question, ReportRun } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { markup, type Markup } from './markup.ts';

/** Which run every number comes from. */
export function runSection({ groups, questions }: StudyReport): Markup {
  return markup`<section><details class="printed"><summary><h2>Runs behind the numbers</h2></summary>
<div class="scroll"><table class="dense">
<thead><tr><th scope="col">Run</th><th scope="col">Training</th><th scope="col" class="number">Density</th><th scope="col" class="number">Seed</th>${questions.map(({ id }) => markup`<th scope="col" class="number">${id}</th>`)}</tr></thead>
<tbody>${groups.map((group) => group.runs.map((run) => row(group, run, questions)))}</tbody>
</table></div></details></section>`;
}

const row = (group: Group, run: ReportRun, questions: readonly Question[]): Markup => markup`<tr>
<td><code title="${run.key}">${shortKey(run.key)}</code></td><td>${group.label}</td>
<td class="number">${densityText(group.density)}</td><td class="number">${run.seed}</td>
${questions.map(({ id }) => {
  const found = group.answers.get(id)?.perRun.find((each) => each.run.key === run.key);
  return found === undefined
    ? markup`<td class="number missing">${run.state}</td>`
    : markup`<td class="number">${(100 * found.proportion.value).toFixed(1)}<small>[${interval(found.proportion)}] ${Math.round(found.proportion.successes)} of ${found.proportion.total}</small></td>`;
})}</tr>`;
