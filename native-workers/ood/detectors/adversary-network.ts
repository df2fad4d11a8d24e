import type { DetectorRule } from './detector-rule.ts';
import { notYet } from './not-yet.ts';

export const adversaryNetwork: DetectorRule<'adversary-network'> = notYet('adversary-network');
