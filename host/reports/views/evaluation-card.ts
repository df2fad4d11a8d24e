import { describeAttack } from '#contract/attack.ts';
import type { EvaluationCard } from '#contract/views.ts';
import {
  askTheSame,
  attackOf,
  labelOf,
  measureAttacked,
  measureClean,
  retentionOf,
  type Evaluation,
} from './evaluation.ts';
import { withWarnings } from './evaluation-warnings.ts';

export type CardContext = {
  readonly classCount: number | undefined;
  /** Of the dense twin; empty where there is none. */
  readonly twin: readonly Evaluation[];
};

export function evaluationCards(evaluations: readonly Evaluation[], context: CardContext): EvaluationCard[] {
  const cards = evaluations.map((evaluation) => ({ evaluation, card: cardOf(evaluation, context.twin) }));
  return withWarnings(cards, context.classCount);
}

function cardOf(evaluation: Evaluation, twin: readonly Evaluation[]): EvaluationCard {
  const attack = attackOf(evaluation);
  const attacked = attack === undefined ? undefined : measureAttacked(evaluation.outcomes);
  const dense = twin.find((other) => askTheSame(evaluation, other));
  return {
    stage: evaluation.stage.key,
    label: labelOf(attack),
    threat: attack === undefined ? 'No attack: the test images as they are.' : describeAttack(attack),
    norm: attack?.norm,
    epsilon: attack?.epsilon,
    clean: measureClean(evaluation.outcomes),
    attacked,
    retention: attack === undefined ? undefined : retentionOf(attacked, measureAttacked(dense?.outcomes)),
    state: evaluation.stage.state,
    warnings: [],
  };
}
