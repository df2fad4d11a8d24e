import { attackOf, certificateOf, labelOf, type Evaluation } from '../views/evaluation.ts';
import { describeThreat } from '../views/evaluation-card.ts';
import { describeWorst, worstCasesOf, worstLabel } from '../views/worst-case.ts';
import type { Question } from './compared-runs.ts';

/** What was asked of the runs, each question once. `byRun` holds the evaluations of every run. */
export function listQuestions(byRun: readonly (readonly Evaluation[])[]): Question[] {
  const asked = distinctBy(byRun.flat(), labelOf);
  return [
    { id: 'clean', threat: 'No attack: the test images as they are.', attack: undefined },
    ...asked.filter((each) => attackOf(each) !== undefined).map(questionOf),
    ...worstQuestions(byRun),
    ...asked.filter((each) => certificateOf(each) !== undefined).map(questionOf),
  ];
}

function questionOf(evaluation: Evaluation): Question {
  const certificate = certificateOf(evaluation);
  return {
    id: labelOf(evaluation),
    threat: describeThreat(evaluation),
    attack: attackOf(evaluation),
    ...(certificate && { certificate }),
  };
}

/** Runs are compared under the attacks that all of them met: more attacks can only find more. */
function worstQuestions(byRun: readonly (readonly Evaluation[])[]): Question[] {
  const balls = distinctBy(byRun.flatMap(worstCasesOf), worstLabel);
  return balls.flatMap(({ norm, epsilon }): Question[] => {
    const names = byRun.map((own) =>
      own.filter((each) => {
        const attack = attackOf(each);
        return attack?.norm === norm && attack.epsilon === epsilon;
      }),
    );
    const met = names.map((own) => own.map(labelOf)).filter((own) => own.length > 0);
    const attacks = met.reduce((common, own) => common.filter((name) => own.includes(name)));
    if (attacks.length < 2) return [];
    const worst = { norm, epsilon, attacks };
    return [{ id: worstLabel(worst), threat: describeWorst(attacks), attack: undefined, worst }];
  });
}

/** The first of each. */
const distinctBy = <Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] =>
  [...new Map(values.toReversed().map((value) => [keyOf(value), value])).values()].reverse();
