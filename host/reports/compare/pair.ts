import type { PairRow, PairView } from '#contract/compare.ts';
import type { Settings } from '#contract/run.ts';
import { measureProportion } from '../statistics/proportion.ts';
import { mcNemarExact } from '../statistics/significance.ts';
import type { AnsweredExamples } from '../study/answered-examples.ts';
import type { ComparedRuns, Group, Question, ReportRun } from '../study/compared-runs.ts';
import { isSameExamples } from '../views/same-examples.ts';
import { correctPaired } from './difference.ts';
import { measureView } from './measure-view.ts';

/**
 * Two networks on the same examples, by the exact McNemar test. It tells these two networks apart, not the methods
 * that made them: for those, several seeds are needed.
 */
export function comparePair({ groups, questions }: ComparedRuns, first: string, second: string): PairView {
  const [one, other] = [findRun(groups, first), findRun(groups, second)];
  const counted = questions.flatMap((question) => {
    const [own, theirs] = [answerOf(one, question), answerOf(other, question)];
    return own === undefined || theirs === undefined || !isSameExamples(own, theirs)
      ? []
      : [countPair(question, own.correct, theirs.correct)];
  });
  const comparisons = correctPaired(
    counted.map(({ onlyFirst, onlySecond }) => ({ test: 'McNemar', p: mcNemarExact(onlyFirst, onlySecond) })),
  );
  return {
    first,
    second,
    rows: counted.flatMap((row, index) => {
      const comparison = comparisons[index];
      return comparison === undefined ? [] : [{ ...row, comparison }];
    }),
    settings: differing(one?.run.settings ?? {}, other?.run.settings ?? {}),
  };
}

type Found = { readonly group: Group; readonly run: ReportRun };

function findRun(groups: readonly Group[], key: string): Found | undefined {
  for (const group of groups) {
    const run = group.runs.find((each) => each.key === key);
    if (run !== undefined) return { group, run };
  }
  return undefined;
}

const answerOf = (found: Found | undefined, { id }: Question): AnsweredExamples | undefined =>
  found?.group.answers.get(id)?.correctness.get(found.run.seed);

function countPair(question: Question, own: Uint8Array, theirs: Uint8Array): Omit<PairRow, 'comparison'> {
  const total = own.length;
  const count = (first: number, second: number): number =>
    own.reduce((sum, one, index) => sum + (one === first && theirs[index] === second ? 1 : 0), 0);
  const [both, onlyFirst, onlySecond, neither] = [count(1, 1), count(1, 0), count(0, 1), count(0, 0)];
  return {
    measure: measureView(question),
    first: measureProportion(both + onlyFirst, total),
    second: measureProportion(both + onlySecond, total),
    both,
    onlyFirst,
    onlySecond,
    neither,
  };
}

const differing = (first: Settings, second: Settings): PairView['settings'] =>
  [...new Set([...Object.keys(first), ...Object.keys(second)])]
    .filter((path) => first[path] !== second[path])
    .map((path) => ({ path, first: first[path], second: second[path] }));
