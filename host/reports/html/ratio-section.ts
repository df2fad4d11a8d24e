import { formatFraction } from '#contract/quantities.ts';
import type { OpenWorldPanel, OpenWorldPoint } from '#contract/open-world-views.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import { groupTitle, ratioText } from '../open-world/open-world-words.ts';
import { estimateCell } from './estimate-cell.ts';
import { markup, type Markup } from './markup.ts';

const mostRows = 72;

/** All ratios, none picked; where they are too many for a page, those of each attack's largest epsilon. */
export function ratioSection({ panels }: OpenWorldReport): Markup {
  const attacked = panels.map((panel) => ({
    panel,
    points: panel.points.filter(({ epsilon }) => epsilon > 0),
  }));
  const count = attacked.reduce((sum, { points }) => sum + points.length, 0);
  if (count === 0) return markup``;
  const isCut = count > mostRows;
  return markup`<section class="ratios"><h2>Target success and confidence, out of against in distribution</h2>
<div class="scroll"><table class="dense"><thead><tr><th scope="col">Training</th><th scope="col">Source and attack</th><th scope="col" class="number">Epsilon</th>
<th scope="col" class="number">Target success<small>in-distribution</small></th><th scope="col" class="number">Target success<small>no class</small></th>
<th scope="col" class="number">Ratio<small>out / in</small></th><th scope="col" class="number">Corrected ratio<small>base rates taken off</small></th>
<th scope="col" class="number">Confidence<small>in-distribution</small></th><th scope="col" class="number">Confidence<small>no class</small></th></tr></thead>
<tbody>${attacked.map(({ panel, points }) => (isCut ? points.slice(-1) : points).map((point, index) => row(panel, point, index === 0)))}</tbody></table></div>
<p class="note">Percent, mean ± sample standard deviation over seeds, with Wilson 95 % intervals; under a rate its base rate, measured at epsilon 0. The corrected ratio is that of the rates less their base rates: what the attack adds. Intervals of ratios are Fieller’s; a ratio is not bounded where its denominator cannot be told from 0.${isCut && ' Each attack at its largest epsilon; all others stand in the CSV.'}</p></section>`;
}

const row = (panel: OpenWorldPanel, point: OpenWorldPoint, isFirst: boolean): Markup => markup`<tr>
<th scope="row">${isFirst && groupTitle(panel)}</th><td>${isFirst && markup`${panel.source}<small>${panel.attack}</small>`}</td><td class="number">${formatFraction(point.epsilon)}</td>
${rateCell(point, 'in')}${rateCell(point, 'out')}${ratioCells(point)}${estimateCell(point.confidence.in)}${estimateCell(point.confidence.out)}</tr>`;

function rateCell({ target, baseRate }: OpenWorldPoint, side: 'in' | 'out'): Markup {
  const base = baseRate[side];
  return estimateCell(target[side], base && `base ${(100 * base.value.mean).toFixed(1)}`);
}

/** Both or none. */
function ratioCells({ ratio }: OpenWorldPoint): Markup {
  const text = ratioText(ratio);
  if (text.kind === 'undefined')
    return markup`<td class="missing" colspan="2"><small>${text.reason}</small></td>`;
  return markup`${[text.plain, text.corrected].map(({ mean, range }) => markup`<td class="number">${mean}<small>${range}</small></td>`)}`;
}
