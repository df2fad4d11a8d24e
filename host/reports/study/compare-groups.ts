import type { ExampleOutcomes } from '#contract/outcomes.ts';
import { mcNemarExact, pairedT } from '../statistics/significance.ts';

/** The answers of one group to one question, by seed. `correct` has one byte per test example. */
export type Correctness = ReadonlyMap<
  number,
  { readonly examples: Uint32Array; readonly correct: Uint8Array }
>;
export type RawComparison = { readonly test: 'McNemar' | 'paired t'; readonly p: number };

/** Fewer seeds than this say nothing about the spread over seeds: the examples are compared instead. */
const seedsForT = 3;

/** Whether two groups differ: paired t over common seeds where there are three, else exact McNemar over examples. */
export function compareGroups(first: Correctness, second: Correctness): RawComparison | undefined {
  const seeds = [...first.keys()].filter((seed) => second.has(seed));
  const pairs = seeds.flatMap((seed) => {
    const [one, other] = [first.get(seed), second.get(seed)];
    return one !== undefined && other !== undefined && sameExamples(one.examples, other.examples)
      ? [[one.correct, other.correct] as const]
      : [];
  });
  if (pairs.length === 0) return undefined;
  if (pairs.length >= seedsForT) {
    const p = pairedT(
      pairs.map(([one]) => fraction(one)),
      pairs.map(([, other]) => fraction(other)),
    );
    if (p !== undefined) return { test: 'paired t', p };
  }
  const onlyFirst = pairs.reduce((sum, [one, other]) => sum + countOnly(one, other), 0);
  const onlySecond = pairs.reduce((sum, [one, other]) => sum + countOnly(other, one), 0);
  return { test: 'McNemar', p: mcNemarExact(onlyFirst, onlySecond) };
}

export function cleanCorrectness({ labels, cleanPredictions }: ExampleOutcomes): Uint8Array {
  return Uint8Array.from(labels, (label, index) => (cleanPredictions[index] === label ? 1 : 0));
}

const sameExamples = (one: Uint32Array, other: Uint32Array): boolean =>
  one.length === other.length && one.every((example, index) => example === other[index]);

const fraction = (correct: Uint8Array): number =>
  correct.reduce((sum, value) => sum + value, 0) / correct.length;

const countOnly = (one: Uint8Array, other: Uint8Array): number =>
  one.reduce((sum, value, index) => sum + (value === 1 && other[index] === 0 ? 1 : 0), 0);
