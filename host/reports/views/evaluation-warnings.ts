import type { Attack } from '#contract/attack.ts';
import type { EvaluationCard, Proportion } from '#contract/views.ts';
import { attackOf, type Evaluation } from './evaluation.ts';

type WarningContext = {
  readonly classCount: number | undefined;
  readonly remarks?: readonly string[];
};
type Judged = { readonly evaluation: Evaluation; readonly card: EvaluationCard };

const fewExamples = 200;
const fewSteps = 20;

/** Adds what a careful reader would ask about each number. */
export function withWarnings(judged: readonly Judged[], context: WarningContext): EvaluationCard[] {
  const { classCount, remarks = [] } = context;
  return judged.map((each) => ({
    ...each.card,
    warnings: each.card.clean === undefined ? [] : [...warningsOf(each, judged, classCount), ...remarks],
  }));
}

function warningsOf(each: Judged, all: readonly Judged[], classCount: number | undefined): string[] {
  const { clean, attacked } = each.card;
  const attack = attackOf(each.evaluation);
  const others = all.filter((other) => other !== each);
  return [
    atChance(clean, classCount),
    tooFew(clean),
    attack === undefined ? undefined : tooWeak(attack, others),
    attack === undefined || attacked === undefined ? undefined : brokeNothing(attack, clean, attacked),
    attack === undefined || attacked === undefined ? undefined : outdone(attack, attacked, others),
  ].filter((warning) => warning !== undefined);
}

const atChance = (clean: Proportion | undefined, classCount: number | undefined): string | undefined =>
  clean !== undefined && classCount !== undefined && clean.low <= 1 / classCount
    ? 'Clean accuracy cannot be told from guessing: the network has learnt nothing that this test shows.'
    : undefined;

const tooFew = (clean: Proportion | undefined): string | undefined =>
  clean !== undefined && clean.total < fewExamples
    ? `Only ${clean.total} examples: the interval is wide, differences of a few percent mean nothing.`
    : undefined;

function tooWeak(attack: Attack, others: readonly Judged[]): string | undefined {
  if (strengthOf(attack) >= fewSteps) return undefined;
  const hasStronger = others.some(({ evaluation }) => {
    const other = attackOf(evaluation);
    return other !== undefined && other.norm === attack.norm && strengthOf(other) >= fewSteps;
  });
  return hasStronger
    ? undefined
    : 'A weak attack alone overstates what is left of the accuracy: add PGD with 50 steps.';
}

const brokeNothing = (
  attack: Attack,
  clean: Proportion | undefined,
  attacked: Proportion,
): string | undefined =>
  attack.kind !== 'noise' &&
  attack.epsilon > 0 &&
  clean !== undefined &&
  clean.successes > 0 &&
  attacked.successes === clean.successes
    ? 'The attack broke no example: the gradients may be masked. Try the margin loss and restarts.'
    : undefined;

/** A weaker attack in the same or a smaller ball must not break more: if it does, the stronger one failed. */
function outdone(attack: Attack, attacked: Proportion, others: readonly Judged[]): string | undefined {
  const better = others.find(({ evaluation, card }) => {
    const other = attackOf(evaluation);
    return (
      other !== undefined &&
      isUntargeted(attack) &&
      isUntargeted(other) &&
      other.norm === attack.norm &&
      other.epsilon <= attack.epsilon &&
      strengthOf(other) <= strengthOf(attack) &&
      card.attacked !== undefined &&
      card.attacked.high < attacked.low
    );
  });
  return better === undefined
    ? undefined
    : `${better.card.label} breaks more with less: this attack did not do its work (masked gradients, or a wrong step size).`;
}

const isUntargeted = (attack: Attack): boolean => attack.kind !== 'pgd' || attack.target === 'none';

/** Gradient steps, restarts included; noise takes none. */
function strengthOf(attack: Attack): number {
  switch (attack.kind) {
    case 'noise':
      return 0;
    case 'fgsm':
      return 1;
    case 'pgd':
      return attack.steps * attack.restarts;
  }
}
