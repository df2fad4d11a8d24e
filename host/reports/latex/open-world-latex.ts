import { formatFraction } from '#contract/quantities.ts';
import type { MitigationRow, OpenWorldEstimate, OpenWorldPanel } from '#contract/open-world-views.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import { estimateText, groupTitle, ratioText, type EstimateText } from '../open-world/open-world-words.ts';
import { shortKey } from '../study/format.ts';
import { latexText } from './latex-text.ts';

/** Tables of the open world: ratios beside their corrected twins, detectors, and training on outliers where there is any. */
export function openWorldLatex(report: OpenWorldReport, study: string): string {
  const title = (words: string): string => latexText(`${study}. ${words}`);
  return [
    table({
      caption: title(
        'Target success in percent and its ratio, no class over in-distribution; corrected: base rates at epsilon 0 taken off; Wilson and Fieller 95 % intervals.',
      ),
      head: [
        'training',
        'source',
        'attack',
        'epsilon',
        'in',
        'out',
        'ratio',
        'corrected',
        'confidence in',
        'out',
      ],
      rows: report.panels.flatMap(ratioRows),
      comments: report.panels.flatMap(runComment),
    }),
    table({
      caption: title(
        'Acceptance of inputs of no class in percent, each attack at its largest epsilon; AUROC with its bootstrap interval; FPR at 95 % TPR, first in-distribution, then out-of-distribution positive.',
      ),
      head: [
        'training',
        'detector',
        'source',
        'clean',
        'attacked',
        'joint',
        'AUROC',
        'FPR95 in',
        'FPR95 out',
      ],
      rows: report.panels.flatMap(detectorRows),
      comments: [],
    }),
    table({
      caption: title(
        `Training on outliers, ${report.mitigation.attack} ${formatFraction(report.mitigation.epsilon)}: percent; * seen in training; cost: clean accuracy lost.`,
      ),
      head: ['training', 'clean', 'cost', 'detector', 'source', 'target', 'accepted', 'joint', 'AUROC'],
      rows: report.mitigation.rows.flatMap(mitigationRows),
      comments: [],
    }),
  ].join('');
}

type Table = {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly comments: readonly string[];
};

/** Nothing for no rows. */
function table({ caption, head, rows, comments }: Table): string {
  if (rows.length === 0) return '';
  return `
${comments.join('')}\\begin{table}
\\centering
\\caption{${caption}}
\\begin{tabular}{${head.map((_, column) => (column < 2 ? 'l' : 'r')).join('')}}
\\toprule
${head.map(latexText).join(' & ')} \\\\
\\midrule
${rows.map((row) => `${row.join(' & ')} \\\\\n`).join('')}\\bottomrule
\\end{tabular}
\\end{table}
`;
}

/** A comment ends with its line. */
const runComment = (panel: OpenWorldPanel): string[] => {
  const stages = panel.points
    .flatMap(({ target }) => target.out?.evaluations ?? [])
    .map(({ stage }) => stage);
  return [
    `% ${`${groupTitle(panel)}, ${panel.source}, ${panel.attack}`.replace(/\s+/g, ' ')}: stages ${stages.map(shortKey).join(', ')}\n`,
  ];
};

const ratioRows = (panel: OpenWorldPanel): string[][] =>
  panel.points
    .filter(({ epsilon }) => epsilon > 0)
    .map(({ epsilon, target, ratio, confidence }) => {
      const text = ratioText(ratio);
      const both = text.kind === 'undefined' ? ['--', '--'] : [written(text.plain), written(text.corrected)];
      return [
        ...[groupTitle(panel), panel.source, panel.attack, formatFraction(epsilon)].map(latexText),
        cell(target.in),
        cell(target.out),
        ...both,
        cell(confidence.in),
        cell(confidence.out),
      ];
    });

const detectorRows = (panel: OpenWorldPanel): string[][] =>
  panel.detectors.flatMap(({ detector, points }) => {
    const [clean, attacked] = [points[0], points.at(-1)];
    if (clean === undefined || attacked === undefined) return [];
    return [
      [
        ...[groupTitle(panel), detector, panel.source].map(latexText),
        cell(clean.accepted.out),
        cell(attacked.accepted.out),
        cell(attacked.joint.out),
        cell(attacked.detection?.auroc),
        cell(attacked.detection?.outAcceptedAt95),
        cell(attacked.detection?.inFlaggedAt95),
      ],
    ];
  });

const mitigationRows = (row: MitigationRow): string[][] =>
  row.detectors.flatMap(({ detector, cells }) =>
    cells.map(({ source, isSeen, target, acceptedAttacked, joint, auroc }) => [
      latexText(groupTitle(row)),
      cell(row.clean),
      row.cleanCost === undefined ? '--' : `$${(100 * row.cleanCost.mean).toFixed(1)}$`,
      latexText(detector),
      latexText(isSeen ? `${source} *` : source),
      cell(target),
      cell(acceptedAttacked),
      cell(joint),
      cell(auroc),
    ]),
  );

const cell = (estimate: OpenWorldEstimate | undefined): string =>
  estimate === undefined ? '--' : written(estimateText(estimate));

const written = ({ mean, range }: EstimateText): string =>
  `${latexText(mean)} {\\scriptsize ${latexText(range)}}`;
