import type { DetectorRule } from './detector-rule.ts';
import { notYet } from './not-yet.ts';

export const backgroundClass: DetectorRule<'background-class'> = notYet('background-class');
