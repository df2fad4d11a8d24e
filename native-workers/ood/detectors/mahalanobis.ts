import type { DetectorRule } from './detector-rule.ts';
import { notYet } from './not-yet.ts';

export const mahalanobis: DetectorRule<'mahalanobis'> = notYet('mahalanobis');
