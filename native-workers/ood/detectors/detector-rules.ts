import type { DetectorKind, FittedDetector, FittedKind, UnfittedDetector } from '#contract/detector.ts';
import { adversaryNetwork } from './adversary-network.ts';
import { backgroundClass } from './background-class.ts';
import type { DetectorRule, FittedRule, UnfittedRule } from './detector-rule.ts';
import { energy } from './energy.ts';
import { featureSqueezing } from './feature-squeezing.ts';
import { knn } from './knn.ts';
import { magnet } from './magnet.ts';
import { mahalanobis } from './mahalanobis.ts';
import { maxLogit } from './max-logit.ts';
import { msp } from './msp.ts';
import { odin } from './odin.ts';

type UnfittedKind = UnfittedDetector['kind'];

const rules: { readonly [Kind in DetectorKind]: DetectorRule<Kind> } = {
  msp,
  'max-logit': maxLogit,
  energy,
  odin,
  mahalanobis,
  knn,
  'background-class': backgroundClass,
  'feature-squeezing': featureSqueezing,
  magnet,
  'adversary-network': adversaryNetwork,
};

export const fittedRuleOf = ({ kind }: FittedDetector): FittedRule<FittedKind> =>
  rules[kind] as FittedRule<FittedKind>;

export const unfittedRuleOf = ({ kind }: UnfittedDetector): UnfittedRule<UnfittedKind> =>
  rules[kind] as UnfittedRule<UnfittedKind>;
