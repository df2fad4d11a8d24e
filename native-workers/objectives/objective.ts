import type { Objective, ObjectiveKind } from '#contract/objective.ts';
import { adversarialRule } from './adversarial.ts';
import { intervalRule } from './interval.ts';
import { naturalRule } from './natural.ts';
import type { Descent, LossAndGradients, ObjectiveContext, ObjectiveRule } from './objective-rule.ts';

const rules: { readonly [Kind in 'natural' | 'adversarial' | 'interval']: ObjectiveRule<Kind> } = {
  natural: naturalRule,
  adversarial: adversarialRule,
  interval: intervalRule,
};

/** What one objective says about one batch. Parameters stay the caller's. */
export async function lossAndGradients(
  objective: Objective,
  context: ObjectiveContext,
): Promise<LossAndGradients> {
  const { gradients, statistics, measure } = await findDescent(objective, context);
  return { gradients, statistics, ...(await measure()) };
}

/** As `lossAndGradients`, before anything is read. */
export function findDescent(objective: Objective, context: ObjectiveContext): Promise<Descent> {
  return ruleOf(objective)(objective, context);
}

const ruleOf = ({ kind }: Objective): ObjectiveRule<ObjectiveKind> =>
  (rules as Partial<Record<ObjectiveKind, unknown>>)[kind] as ObjectiveRule<ObjectiveKind>;
