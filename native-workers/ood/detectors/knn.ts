import type { DetectorRule } from './detector-rule.ts';
import { notYet } from './not-yet.ts';

export const knn: DetectorRule<'knn'> = notYet('knn');
