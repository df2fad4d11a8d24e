import pc from 'picocolors';
import { formatFraction } from '#contract/quantities.ts';
import type { OpenWorldEstimate, OpenWorldPanel } from '#contract/open-world-views.ts';
import { estimateText, ratioText } from '#host/reports/open-world/open-world-words.ts';
import { plainTable } from './plain-table.ts';
import { wrapped } from './wrapped.ts';

/** What the open world made of a run: for each source and attack what it reaches, and what the detectors let through. */
export const openWorldTables = (panels: readonly OpenWorldPanel[]): string[] =>
  panels.flatMap((panel) => [
    pc.bold(`open world: ${panel.source}, ${panel.attack}`),
    pc.dim(wrapped(panel.threat)),
    targetTable(panel),
    ...(panel.detectors.length === 0 ? [] : ['', detectorTable(panel)]),
    '',
  ]);

function targetTable({ points }: OpenWorldPanel): string {
  const columns = ['on target in', 'out', 'ratio', 'corrected', 'confidence in', 'out'];
  const table = plainTable(['epsilon', ...columns], ['left', ...columns.map(() => 'right' as const)]);
  for (const { epsilon, target, ratio, confidence } of points) {
    const text = ratioText(ratio);
    const both = text.kind === 'undefined' ? ['', ''] : [text.plain.mean, text.corrected.mean];
    table.push([
      formatFraction(epsilon),
      cell(target.in),
      cell(target.out),
      ...both,
      cell(confidence.in),
      cell(confidence.out),
    ]);
  }
  return table.toString();
}

function detectorTable({ detectors }: OpenWorldPanel): string {
  const columns = ['accepted in', 'out', 'joint out', 'AUROC'];
  const table = plainTable(
    ['detector', 'epsilon', ...columns],
    ['left', 'left', ...columns.map(() => 'right' as const)],
  );
  for (const { detector, points } of detectors)
    for (const [index, { epsilon, accepted, joint, detection }] of points.entries())
      table.push([
        index === 0 ? detector : '',
        formatFraction(epsilon),
        cell(accepted.in),
        cell(accepted.out),
        cell(joint.out),
        cell(detection?.auroc),
      ]);
  return table.toString();
}

function cell(estimate: OpenWorldEstimate | undefined): string {
  if (estimate === undefined) return '';
  const { mean, range } = estimateText(estimate);
  return `${mean} ${pc.dim(range)}`;
}
