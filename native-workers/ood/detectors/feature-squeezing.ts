import type { DetectorRule } from './detector-rule.ts';
import { notYet } from './not-yet.ts';

export const featureSqueezing: DetectorRule<'feature-squeezing'> = notYet('feature-squeezing');
