import { describeAttack } from '#contract/attack.ts';
import { describeCertificate } from '#contract/certificate.ts';
import { describeOpenWorld } from '#contract/open-world.ts';
import type { EvaluationCard } from '#contract/views.ts';
import {
  askTheSame,
  attackOf,
  certificateOf,
  labelOf,
  measureAttacked,
  measureCertified,
  measureClean,
  retentionOf,
  type Evaluation,
} from './evaluation.ts';
import { withWarnings } from './evaluation-warnings.ts';
import { findContradictions, type Contradiction } from './sandwich.ts';

export type CardContext = {
  readonly classCount: number | undefined;
  /** Of the dense twin; empty where there is none. */
  readonly twin: readonly Evaluation[];
  /** What a reader should know about the run as a whole. */
  readonly remarks?: readonly string[];
};

export function evaluationCards(evaluations: readonly Evaluation[], context: CardContext): EvaluationCard[] {
  const found: Found = {
    contradictions: findContradictions(evaluations),
    twinContradictions: findContradictions(context.twin),
  };
  const cards = evaluations.map((evaluation) => ({
    evaluation,
    card: cardOf(evaluation, context.twin, found),
  }));
  return withWarnings(cards, context);
}

type Found = {
  readonly contradictions: readonly Contradiction[];
  readonly twinContradictions: readonly Contradiction[];
};

function cardOf(evaluation: Evaluation, twin: readonly Evaluation[], found: Found): EvaluationCard {
  const ball = attackOf(evaluation) ?? certificateOf(evaluation);
  const dense = twin.find((other) => askTheSame(evaluation, other));
  const own = resultOf(evaluation, found.contradictions);
  const ofTwin = dense === undefined ? undefined : resultOf(dense, found.twinContradictions);
  const error = found.contradictions.find(
    ({ certificate, attack }) => certificate === evaluation || attack === evaluation,
  );
  return {
    stage: evaluation.stage.key,
    label: labelOf(evaluation),
    threat: describeThreat(evaluation),
    norm: ball?.norm,
    epsilon: ball?.epsilon,
    clean: measureClean(evaluation.outcomes),
    ...own,
    retention: retentionOf(own.attacked ?? own.certified, ofTwin?.attacked ?? ofTwin?.certified),
    state: evaluation.stage.state,
    error: error?.message,
    warnings: [],
  };
}

/** A certificate that an attack contradicts has no number. */
function resultOf(
  evaluation: Evaluation,
  contradictions: readonly Contradiction[],
): Pick<EvaluationCard, 'attacked' | 'certified'> {
  const isRefused = contradictions.some(({ certificate }) => certificate === evaluation);
  return {
    attacked: attackOf(evaluation) === undefined ? undefined : measureAttacked(evaluation.outcomes),
    certified:
      certificateOf(evaluation) === undefined || isRefused
        ? undefined
        : measureCertified(evaluation.outcomes),
  };
}

/** The threat model, or the guarantee, in words. */
export function describeThreat({ recipe: { evaluation } }: Evaluation): string {
  switch (evaluation.kind) {
    case 'clean':
      return 'No attack: the test images as they are.';
    case 'attack':
      return describeAttack(evaluation.attack);
    case 'certificate':
      return describeCertificate(evaluation.certificate);
    case 'open-world':
      return describeOpenWorld(evaluation.openWorld);
  }
}
