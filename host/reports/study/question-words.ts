import type { MeasureKind } from '#contract/compare.ts';
import { formatFraction, type Ball } from '#contract/quantities.ts';
import type { Question } from './compared-runs.ts';

const words: Readonly<Record<MeasureKind, { readonly title: string; readonly papers: string }>> = {
  clean: { title: 'Clean accuracy', papers: 'benign accuracy' },
  attacked: { title: 'Attacked accuracy', papers: 'ERA' },
  worst: { title: 'Attacked accuracy', papers: 'ERA' },
  certified: { title: 'Certified accuracy', papers: 'VRA' },
};

export function kindOf({ attack, certificate, worst }: Question): MeasureKind {
  if (attack !== undefined) return 'attacked';
  if (worst !== undefined) return 'worst';
  return certificate === undefined ? 'clean' : 'certified';
}

/** What is measured, and what the papers call it. */
export const wordsOf = (question: Question) => words[kindOf(question)];

/** What a title calls it: `Attacked accuracy, pgd-50 linf 8/255`, `Attacked accuracy, worst of 3 attacks, linf 8/255`. */
export function titleOf(question: Question): string {
  const { title } = wordsOf(question);
  return kindOf(question) === 'clean' ? title : `${title}, ${nameOf(question)}`;
}

/** What a sentence calls it. */
export const nameOf = ({ id, worst }: Question): string =>
  worst === undefined
    ? id
    : `worst of ${worst.attacks.length} attacks, ${worst.norm} ${formatFraction(worst.epsilon)}`;

/** Attacks that a worst case is taken over tell less than it does. */
export function withoutCovered(questions: readonly Question[]): Question[] {
  const covered = new Set(questions.flatMap(({ worst }) => worst?.attacks ?? []));
  return questions.filter(({ id }) => !covered.has(id));
}

/** Short column head: `clean`, or the name of the attack or certificate. */
export const columnName = (question: Question): string =>
  kindOf(question) === 'clean' ? 'clean' : question.id;

/** The ball asked about; none for clean accuracy. */
export const ballOf = ({ attack, certificate, worst }: Question): Ball | undefined =>
  attack ?? worst ?? certificate;
