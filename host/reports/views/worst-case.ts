import { formatFraction, type Ball } from '#contract/quantities.ts';
import type { WorstCaseCard } from '#contract/views.ts';
import { measureProportion } from '../statistics/proportion.ts';
import { attackOf, labelOf, retentionOf, type Evaluation } from './evaluation.ts';
import { isSameExamples, type TestExamples } from './same-examples.ts';

/** Attacks of one run that search the same ball on the same examples. */
export type WorstCase = Ball & { readonly attacks: readonly Evaluation[] };

/** Of each ball, whether an example survived every attack, in the order of the test split. */
export type WorstOutcomes = TestExamples & {
  readonly survived: Uint8Array;
  /** By attack: examples that it alone broke. */
  readonly soleBreaks: readonly number[];
};

/**
 * The balls that more than one attack of a run searched. A ball's worst case takes no attack of a smaller ball, though
 * such a witness lies in it too: a sweep over epsilon would otherwise mix into every one of its points.
 */
export function worstCasesOf(evaluations: readonly Evaluation[]): WorstCase[] {
  const attacks = evaluations.flatMap((evaluation) => {
    const attack = attackOf(evaluation);
    return attack === undefined ? [] : [{ evaluation, attack }];
  });
  const byBall = Map.groupBy(
    attacks,
    ({ evaluation, attack }) => `${evaluation.recipe.examples} ${attack.norm} ${attack.epsilon}`,
  );
  return [...byBall.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined || same.length < 2
      ? []
      : [
          {
            norm: first.attack.norm,
            epsilon: first.attack.epsilon,
            attacks: same.map(({ evaluation }) => evaluation),
          },
        ];
  });
}

/** Nothing before all attacks are done: the number could only fall. Never made from the attacks' own accuracies. */
export function worstOutcomes({ attacks }: Pick<WorstCase, 'attacks'>): WorstOutcomes | undefined {
  const all = attacks.flatMap(({ outcomes }) => outcomes ?? []);
  const [first] = all;
  if (first === undefined || all.length < attacks.length) return undefined;
  if (!all.every((outcomes) => isSameExamples(outcomes, first))) return undefined;
  const breaks = first.survived.map((_, index) => count(all, ({ survived }) => survived[index] !== 1));
  return {
    examples: first.examples,
    labels: first.labels,
    survived: breaks.map((broken) => (broken === 0 ? 1 : 0)),
    soleBreaks: all.map(({ survived }) =>
      count([...survived], (one, index) => one !== 1 && breaks[index] === 1),
    ),
  };
}

export const worstLabel = ({ norm, epsilon }: Ball): string => `worst ${norm} ${formatFraction(epsilon)}`;

/** In words what a worst case is of, by the attacks' names. */
export const describeWorst = (attacks: readonly string[]): string =>
  `The worst of ${attacks.join(', ')}: an image counts only if it survived every one of them. Attacks of smaller balls are left out.`;

/** The line that stands beside the single attacks of a run. */
export function worstCaseCards(
  evaluations: readonly Evaluation[],
  twin: readonly Evaluation[],
): WorstCaseCard[] {
  const ofTwin = new Map(worstCasesOf(twin).map((worst) => [identityOf(worst), worst]));
  return worstCasesOf(evaluations).map((worst) => {
    const outcomes = worstOutcomes(worst);
    const dense = ofTwin.get(identityOf(worst));
    const attacked = proportionOf(outcomes);
    return {
      label: worstLabel(worst),
      threat: describeWorst(worst.attacks.map(labelOf)),
      norm: worst.norm,
      epsilon: worst.epsilon,
      attacks: worst.attacks.map((evaluation, index) => ({
        stage: evaluation.stage.key,
        label: labelOf(evaluation),
        soleBreaks: outcomes?.soleBreaks[index],
      })),
      attacked,
      retention: retentionOf(attacked, dense && proportionOf(worstOutcomes(dense))),
    };
  });
}

const proportionOf = (outcomes: WorstOutcomes | undefined) =>
  outcomes &&
  measureProportion(
    count([...outcomes.survived], (one) => one === 1),
    outcomes.survived.length,
  );

/** A twin's worst case is comparable only where the same attacks made it. */
const identityOf = (worst: WorstCase): string =>
  [worstLabel(worst), worst.attacks[0]?.recipe.examples, ...worst.attacks.map(labelOf).sort()].join('|');

const count = <Value>(values: readonly Value[], holds: (value: Value, index: number) => boolean): number =>
  values.reduce((sum, value, index) => sum + (holds(value, index) ? 1 : 0), 0);
