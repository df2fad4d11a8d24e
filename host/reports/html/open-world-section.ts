import { formatFraction } from '#contract/quantities.ts';
import type { OpenWorldPanel } from '#contract/open-world-views.ts';
import { distributionKeys, distributionPlot } from '../figures/distribution-plot.ts';
import {
  acceptanceFigure,
  openWorldDensityFigure,
  targetFigure,
  type OpenWorldFigure,
} from '../figures/open-world-figures.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import { describeOpenWorldFindings, groupTitle } from '../open-world/open-world-words.ts';
import type { StudyReport } from '../study/study-report.ts';
import { estimateCell } from './estimate-cell.ts';
import { figureSection } from './figure-section.ts';
import { markup, type Markup } from './markup.ts';
import { mitigationSection } from './mitigation-section.ts';
import { ratioSection } from './ratio-section.ts';

/** Inputs of no class, pushed towards targets: what the network takes them for, and what detectors let through. */
export function openWorldSection({ openWorld }: StudyReport): Markup {
  if (openWorld === undefined) return markup``;
  const findings = describeOpenWorldFindings(openWorld);
  const spread =
    'Bars: 95 % interval for one set of inputs of this size. Shaded: from the lowest to the highest seed.';
  return markup`<section class="open-world"><h2>Open world</h2>
<p>An input of no class is pushed towards a random target and counts as reached when it is classified so, as accepted when the detector’s score is at or above a threshold frozen on clean validation images. Images of the task are pushed by the same rule.</p>
${findings.map((sentence) => markup`<p>${sentence}</p>`)}</section>
${drawn('Target success against epsilon', spread, targetFigure(openWorld))}
${ratioSection(openWorld)}
${drawn('Acceptance against epsilon', `${spread} At epsilon 0 stands what is accepted unperturbed.`, acceptanceFigure(openWorld))}
${detectorSection(openWorld)}
${distributionSection(openWorld)}
${drawn(`Open world over density, ${pointName(openWorld)}`, `${spread} AUROC in percent: bootstrap interval; clean in-distribution images against attacked inputs of no class.`, openWorldDensityFigure(openWorld))}
${mitigationSection(openWorld)}
${threats(openWorld)}`;
}

const drawn = (title: string, note: string, figure: OpenWorldFigure): Markup =>
  figureSection({
    title,
    note: figure.leftOut > 0 ? `${note} ${figure.leftOut} more panels are left out.` : note,
    figure,
  });

const pointName = ({ headline: { attack, epsilon } }: OpenWorldReport): string =>
  `${attack} ${formatFraction(epsilon)}`;

function detectorSection(report: OpenWorldReport): Markup {
  const rows = report.panels.flatMap((panel) =>
    panel.detectors.flatMap((curve) => detectorRow(panel, curve)),
  );
  if (rows.length === 0) return markup``;
  return markup`<section class="detectors"><h2>Detectors, each attack at its largest epsilon</h2>
<div class="scroll"><table class="dense"><thead><tr><th scope="col">Training</th><th scope="col">Detector</th><th scope="col">Source and attack</th>
<th scope="col" class="number">Accepted<small>clean</small></th><th scope="col" class="number">Accepted<small>attacked</small></th><th scope="col" class="number">Joint success<small>on target and accepted</small></th>
<th scope="col" class="number">AUROC<small>clean</small></th><th scope="col" class="number">AUROC<small>attacked</small></th><th scope="col" class="number">Outliers accepted<small>where 95 % of in-distribution is</small></th><th scope="col" class="number">In-distribution flagged<small>where 95 % of outliers are</small></th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="note">Percent, mean ± sample standard deviation over seeds; in brackets 95 % intervals: Wilson for rates, bootstrap for the AUROC (ties count one half). The last two columns are the two conventions of “FPR at 95 % TPR”: in-distribution positive, then out-of-distribution positive, both of attacked inputs of no class against clean test images. An attack that adapts to a detector stops where it is accepted: its joint success says how good it is, not its AUROC.</p></section>`;
}

function detectorRow(
  panel: OpenWorldPanel,
  { detector, points }: OpenWorldPanel['detectors'][number],
): Markup[] {
  const [clean, attacked] = [points[0], points.at(-1)];
  if (clean === undefined || attacked === undefined) return [];
  return [
    markup`<tr><th scope="row">${groupTitle(panel)}</th><td>${detector}</td><td>${panel.source}<small>${panel.attack} ${formatFraction(attacked.epsilon)}</small></td>
${estimateCell(clean.accepted.out)}${estimateCell(attacked.accepted.out)}${estimateCell(attacked.joint.out)}
${estimateCell(clean.detection?.auroc)}${estimateCell(attacked.detection?.auroc)}${estimateCell(attacked.detection?.outAcceptedAt95)}${estimateCell(attacked.detection?.inFlaggedAt95)}</tr>`,
  ];
}

const mostNetworks = 8;

/** Confidences of every network, and under them the scores of its detectors. */
function distributionSection(report: OpenWorldReport): Markup {
  const shown = report.distributions.slice(0, mostNetworks);
  if (shown.length === 0) return markup``;
  const kinds = [...new Set(shown.flatMap(({ view }) => view.confidence.series.map(({ of }) => of)))];
  const leftOut = report.distributions.length - shown.length;
  return markup`<section class="distributions open-world"><h2>Confidences and scores, ${pointName(report)}</h2>
<ul class="legend">${distributionKeys(kinds)}<li><svg class="key" viewBox="0 0 34 12" aria-hidden="true"><line class="threshold" x1="17" x2="17" y1="0" y2="12"/></svg>frozen threshold, accepted to its right</li></ul>
${shown.map(
  ({ group, source, view }) =>
    markup`<div class="figure"><h3>${groupTitle(group)}, ${source} <small>seed ${view.seed}</small></h3><div class="wide-panels">${distributionPlot('confidence', view.confidence)}${view.scores.map((each) => distributionPlot(each.detector, each, each.threshold))}</div></div>`,
)}
<p class="note">Confidence: the largest softmax. Heights are shares of the inputs of each kind, over the same bins; scores beyond an end stand in its bin.${leftOut > 0 && ` ${leftOut} more networks and sources are left out.`}</p></section>`;
}

function threats({ panels }: OpenWorldReport): Markup {
  const distinct = [...new Map(panels.map((panel) => [`${panel.source} ${panel.attack}`, panel.threat]))];
  return markup`<section><h2>Open-world threat model</h2><dl class="threats">${distinct.map(([name, threat]) => markup`<div><dt>${name}</dt><dd>${threat}</dd></div>`)}</dl></section>`;
}
