import type { ExampleOutcomes } from '#contract/outcomes.ts';
import { labelOf, verifiedExamples, type Evaluation } from '../views/evaluation.ts';
import type { TestExamples } from '../views/same-examples.ts';
import { worstOutcomes } from '../views/worst-case.ts';
import type { AnsweredExamples } from './answered-examples.ts';
import { kindOf } from './question-words.ts';
import type { Question } from './compared-runs.ts';

/** What one run answers to a question, example by example; nothing before it is evaluated. */
export function correctnessOf(
  evaluations: readonly Evaluation[],
  question: Question,
): AnsweredExamples | undefined {
  switch (kindOf(question)) {
    case 'clean': {
      // Every evaluation records clean predictions; the first that is done answers for them.
      const outcomes = evaluations.find((each) => each.outcomes !== undefined)?.outcomes;
      return outcomes && answered(outcomes, cleanCorrectness(outcomes));
    }
    case 'attacked': {
      const outcomes = outcomesOf(evaluations, question);
      return outcomes && answered(outcomes, outcomes.survived);
    }
    case 'worst':
      return worstCorrectness(evaluations, question);
    case 'certified': {
      const outcomes = outcomesOf(evaluations, question);
      return outcomes && answered(outcomes, verifiedExamples(outcomes));
    }
  }
}

const answered = ({ examples, labels }: TestExamples, correct: Uint8Array): AnsweredExamples => ({
  examples,
  labels,
  correct,
});

const outcomesOf = (evaluations: readonly Evaluation[], { id }: Question): ExampleOutcomes | undefined =>
  evaluations.find((each) => each.outcomes !== undefined && labelOf(each) === id)?.outcomes;

/** Over exactly the attacks that the question names; a run that met fewer of them does not answer. */
function worstCorrectness(
  evaluations: readonly Evaluation[],
  { worst }: Question,
): AnsweredExamples | undefined {
  if (worst === undefined) return undefined;
  const attacks = evaluations.filter((each) => worst.attacks.includes(labelOf(each)));
  if (attacks.length < worst.attacks.length) return undefined;
  const outcomes = worstOutcomes({ attacks });
  return outcomes && answered(outcomes, outcomes.survived);
}

function cleanCorrectness({ labels, cleanPredictions }: ExampleOutcomes): Uint8Array {
  return Uint8Array.from(labels, (label, index) => (cleanPredictions[index] === label ? 1 : 0));
}
