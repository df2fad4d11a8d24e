import type { MeasureKind } from '#contract/compare.ts';
import type { Ball } from '#contract/quantities.ts';
import type { Question } from './study-report.ts';

const words: Readonly<Record<MeasureKind, { readonly title: string; readonly papers: string }>> = {
  clean: { title: 'Clean accuracy', papers: 'benign accuracy' },
  attacked: { title: 'Attacked accuracy', papers: 'ERA' },
  worst: { title: 'Attacked accuracy, worst case', papers: 'ERA' },
  certified: { title: 'Certified accuracy', papers: 'VRA' },
};

export function kindOf({ attack, certificate, worst }: Question): MeasureKind {
  if (attack !== undefined) return 'attacked';
  if (worst !== undefined) return 'worst';
  return certificate === undefined ? 'clean' : 'certified';
}

/** What is measured, and what the papers call it. */
export const wordsOf = (question: Question) => words[kindOf(question)];

/** Short column head: `clean`, or the name of the attack or certificate. */
export const columnName = (question: Question): string =>
  kindOf(question) === 'clean' ? 'clean' : question.id;

/** The ball asked about; none for clean accuracy. */
export const ballOf = ({ attack, certificate, worst }: Question): Ball | undefined =>
  attack ?? worst ?? certificate;
