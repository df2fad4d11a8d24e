import { z } from 'zod';
import { epsilonSchema, formatFraction, norms, positiveFractionSchema } from './quantities.ts';

const ballFields = { norm: z.enum(norms).default('linf'), epsilon: epsilonSchema };

/** Whom the attack steers towards. `random`: uniform over the classes other than the true label, seeded. */
const targetSchema = z.union([z.literal('none'), z.literal('random'), z.int().min(0)]);

/** Attack settings (science.md, section 3). Epsilon and steps are in units of the input range [0, 1]. */
const attackUnion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fgsm'), ...ballFields }),
  z.strictObject({
    kind: z.literal('pgd'),
    ...ballFields,
    steps: z.int().positive().max(10_000).default(50),
    /** Left out: epsilon / 4 up to 10 steps, epsilon / 10 beyond. */
    stepSize: positiveFractionSchema.optional(),
    restarts: z.int().positive().max(1000).default(1),
    randomStart: z.boolean().default(true),
    loss: z.enum(['cross-entropy', 'margin']).default('cross-entropy'),
    target: targetSchema.default('none'),
  }),
  z.strictObject({
    kind: z.literal('noise'),
    ...ballFields,
    draws: z.int().positive().max(10_000).default(10),
  }),
]);

export const attackSchema = attackUnion.transform((attack) =>
  attack.kind === 'pgd' ? { ...attack, stepSize: attack.stepSize ?? defaultStepSize(attack) } : attack,
);
export type Attack = z.output<typeof attackSchema>;
export type AttackKind = Attack['kind'];
export type PgdAttack = Extract<Attack, { kind: 'pgd' }>;

/** A PGD step of zero epsilon would be zero, which no PGD accepts; the ball alone then keeps the point where it is. */
function defaultStepSize(attack: { readonly epsilon: number; readonly steps: number }): number {
  const step = attack.epsilon / (attack.steps <= 10 ? 4 : 10);
  return step > 0 ? step : 1 / 255;
}

/** Short name within a run: `pgd-50 linf 8/255`, with what departs from the defaults spelled out. */
export function attackName(attack: Attack): string {
  const ball = `${attack.norm} ${formatFraction(attack.epsilon)}`;
  switch (attack.kind) {
    case 'fgsm':
      return `fgsm ${ball}`;
    case 'noise':
      return `noise-${attack.draws} ${ball}`;
    case 'pgd':
      return [
        `pgd-${attack.steps}`,
        attack.restarts > 1 ? `x${attack.restarts}` : '',
        attack.loss === 'margin' ? 'margin' : '',
        attack.target === 'none' ? '' : `to-${attack.target}`,
        attack.randomStart ? '' : 'from-center',
        attack.stepSize === defaultStepSize(attack) ? '' : `step ${formatFraction(attack.stepSize)}`,
        ball,
      ]
        .filter((part) => part !== '')
        .join(' ');
  }
}

/** Steps are parts of an epsilon, hence seldom whole grey levels: three digits say enough. */
const inGreyLevels = (step: number): string => `${Number((255 * step).toPrecision(3))}/255`;

/** The threat model in words, for reports and evaluation cards. */
export function describeAttack(attack: Attack): string {
  const ball =
    attack.norm === 'linf'
      ? `every pixel channel may move by at most ${formatFraction(attack.epsilon)} of the input range`
      : `the perturbation's Euclidean length is at most ${formatFraction(attack.epsilon)} (input range [0, 1])`;
  switch (attack.kind) {
    case 'fgsm':
      return `One signed gradient step (FGSM); ${ball}. The attacker knows the weights.`;
    case 'noise':
      return `The worst of ${attack.draws} uniform draws from the ball, a control without gradients; ${ball}.`;
    case 'pgd': {
      const goal =
        attack.target === 'none'
          ? 'any wrong class counts'
          : attack.target === 'random'
            ? 'only a randomly assigned other class counts'
            : `only class ${attack.target} counts`;
      const loss = attack.loss === 'margin' ? 'margin (CW) loss' : 'cross-entropy';
      const start = attack.randomStart ? 'a random point of the ball' : 'the clean image';
      const restarts = attack.restarts === 1 ? '1 restart' : `${attack.restarts} restarts`;
      return `Projected gradient descent on ${loss}: ${attack.steps} steps of ${inGreyLevels(attack.stepSize)} from ${start}, ${restarts}; ${ball}; ${goal}. The attacker knows the weights.`;
    }
  }
}
