import { isClimbable } from '#contract/detector.ts';
import type { OpenWorld } from '#contract/open-world.ts';
import type { Cell, StudyIssue } from '#contract/study.ts';
import { resolveCell } from './run-settings.ts';
import { needsBackground } from './settle-outliers.ts';

/** Says of a cell which detectors its network cannot answer, and which its attack cannot adapt to. */
export function checkDetectors(cell: Cell): StudyIssue[] {
  const hasBackground = needsBackground(resolveCell(cell));
  return cell.evaluate.openWorld.flatMap((setting, index) =>
    [...(hasBackground ? [] : backgroundIssues(setting)), ...adaptationIssues(setting)].map((message) => ({
      path: ['evaluate', 'openWorld', index, 'detectors'],
      message,
    })),
  );
}

const backgroundIssues = ({ detectors }: OpenWorld): string[] =>
  detectors.some(({ kind }) => kind === 'background-class')
    ? [
        'The detector background-class asks a network for its background class, but no training of this run gives it one. Train with objective: background-class, or outlier-adversarial with background: true; or leave the detector out.',
      ]
    : [];

function adaptationIssues({ adaptTo, epsilon, detectors }: OpenWorld): string[] {
  if (adaptTo === 'none' || epsilon === 0) return [];
  const refused = detectors.filter((detector) => !isClimbable(detector));
  return [...new Set(refused.map(({ kind }) => kind))].map(
    (kind) =>
      `No gradient leads to the score of ${kind}, so no attack adapts to it. Give it an entry of its own without adaptTo: detector, and say in your report that the attack did not know of this detector.`,
  );
}
