import type { DetectorKind } from '#contract/detector.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { DetectorRule } from './detector-rule.ts';

/** The rule of a detector whose turn has not come. */
export const notYet = <Kind extends DetectorKind>(kind: Kind): DetectorRule<Kind> => {
  const refuse = (): never => {
    throw new BadInput(`The detector ${kind} cannot be fitted yet.`, 'Leave it out of the study.');
  };
  return { tunes: false, fit: refuse, open: refuse };
};
