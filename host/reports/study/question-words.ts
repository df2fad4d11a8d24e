import type { Ball } from '#contract/quantities.ts';
import type { Question } from './study-report.ts';

type QuestionKind = 'clean' | 'attacked' | 'certified';

const words: Readonly<Record<QuestionKind, { readonly title: string; readonly papers: string }>> = {
  clean: { title: 'Clean accuracy', papers: 'benign accuracy' },
  attacked: { title: 'Attacked accuracy', papers: 'ERA' },
  certified: { title: 'Certified accuracy', papers: 'VRA' },
};

export function kindOf({ attack, certificate }: Question): QuestionKind {
  if (attack !== undefined) return 'attacked';
  return certificate === undefined ? 'clean' : 'certified';
}

/** What is measured, and what the papers call it. */
export const wordsOf = (question: Question) => words[kindOf(question)];

/** Short column head: `clean`, or the name of the attack or certificate. */
export const columnName = (question: Question): string =>
  kindOf(question) === 'clean' ? 'clean' : question.id;

/** The ball asked about; none for clean accuracy. */
export const ballOf = ({ attack, certificate }: Question): Ball | undefined => attack ?? certificate;
