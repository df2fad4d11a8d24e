import { formatFraction } from '#contract/quantities.ts';
import type { MitigationRow } from '#contract/open-world-views.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import { groupTitle } from '../open-world/open-world-words.ts';
import { meanAndDeviation } from '../study/format.ts';
import { estimateCell } from './estimate-cell.ts';
import { markup, type Markup } from './markup.ts';

/** Sources that training saw beside those that it did not, and what that cost in clean accuracy. */
export function mitigationSection({ mitigation: { attack, epsilon, rows } }: OpenWorldReport): Markup {
  if (rows.length === 0) return markup``;
  return markup`<section class="mitigation"><h2>Training on outliers: seen and unseen sources</h2>
<div class="scroll"><table class="dense"><thead><tr><th scope="col">Training</th><th scope="col" class="number">Clean accuracy<small>and its cost</small></th><th scope="col">Detector</th><th scope="col">Source</th>
<th scope="col" class="number">Target success<small>attacked</small></th><th scope="col" class="number">Accepted<small>clean</small></th><th scope="col" class="number">Accepted<small>attacked</small></th><th scope="col" class="number">Joint success<small>attacked</small></th><th scope="col" class="number">AUROC<small>attacked</small></th></tr></thead>
<tbody>${rows.map(rowsOf)}</tbody></table></div>
<p class="note">${attack} ${formatFraction(epsilon)}. Percent with 95 % intervals. Cost: clean accuracy of the same run without outliers in training less that of this one, over common seeds; negative where nothing was lost. Only unseen sources tell whether a defence is more than a memory of its outliers.</p></section>`;
}

const rowsOf = (row: MitigationRow): Markup[] =>
  row.detectors.flatMap(({ detector, cells }, place) =>
    cells.map(
      (
        cell,
        index,
      ) => markup`<tr>${place + index === 0 ? markup`<th scope="row">${groupTitle(row)}</th>${estimateCell(row.clean, costOf(row))}` : markup`<th scope="row"></th><td></td>`}
<td>${index === 0 && detector}</td><td>${cell.source}<small>${row.seen.length > 0 && (cell.isSeen ? 'seen in training' : 'unseen')}</small></td>
${estimateCell(cell.target)}${estimateCell(cell.acceptedClean)}${estimateCell(cell.acceptedAttacked)}${estimateCell(cell.joint)}${estimateCell(cell.auroc)}</tr>`,
    ),
  );

const costOf = ({ cleanCost, baseline }: MitigationRow): string | undefined =>
  cleanCost && `costs ${meanAndDeviation(cleanCost).replaceAll('-', '−')} against ${baseline ?? ''}`;
