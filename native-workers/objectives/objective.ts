import type { Objective, ObjectiveKind } from '#contract/objective.ts';
import { adversarialRule } from './adversarial.ts';
import { backgroundClassRule } from './background-class.ts';
import { calibratedRule } from './calibrated.ts';
import { crownIntervalRule } from './crown-interval.ts';
import { energyTunedRule } from './energy-tuned.ts';
import { gaussianRule } from './gaussian.ts';
import { intervalRule } from './interval.ts';
import { mixedSymbolicRule } from './mixed-symbolic.ts';
import { naturalRule } from './natural.ts';
import { outlierAdversarialRule } from './outlier-adversarial.ts';
import { outlierExposureRule } from './outlier-exposure.ts';
import { stabilityRule } from './stability.ts';
import { tradesRule } from './trades.ts';
import type { Descent, LossAndGradients, ObjectiveContext, ObjectiveRule } from './objective-rule.ts';

/** One entry per kind. */
const rules: { readonly [Kind in ObjectiveKind]: ObjectiveRule<Kind> } = {
  natural: naturalRule,
  adversarial: adversarialRule,
  trades: tradesRule,
  interval: intervalRule,
  'crown-interval': crownIntervalRule,
  'mixed-symbolic': mixedSymbolicRule,
  stability: stabilityRule,
  gaussian: gaussianRule,
  'outlier-exposure': outlierExposureRule,
  'energy-tuned': energyTunedRule,
  'background-class': backgroundClassRule,
  'outlier-adversarial': outlierAdversarialRule,
  calibrated: calibratedRule,
};

/** What one objective says about one batch. Parameters stay the caller's. */
export async function lossAndGradients(
  objective: Objective,
  context: ObjectiveContext,
): Promise<LossAndGradients> {
  const { measure, ...descent } = await findDescent(objective, context);
  return { ...descent, ...(await measure()) };
}

/** As `lossAndGradients`, before anything is read. */
export function findDescent(objective: Objective, context: ObjectiveContext): Promise<Descent> {
  return ruleOf(objective)(objective, context);
}

const ruleOf = ({ kind }: Objective): ObjectiveRule<ObjectiveKind> =>
  rules[kind] as ObjectiveRule<ObjectiveKind>;
