import { mcNemarExact, pairedT } from '../statistics/significance.ts';
import { wilcoxon } from '../statistics/wilcoxon.ts';
import { isSameExamples } from '../views/same-examples.ts';
import type { Correctness, PairedTest, SeedTest } from './answered-examples.ts';

export type RawComparison = { readonly test: PairedTest; readonly p: number };

/** Fewer seeds than this say nothing about the spread over seeds: the examples are compared instead. */
const seedsForTest = 3;

/**
 * Whether two groups differ. Over common seeds where there are three; else by the exact McNemar test over examples.
 * Several seeds meet the same images, so their counts are not added up: the largest p of any seed counts, and 1 where
 * the seeds disagree which group is better (an intersection-union test, Berger 1982).
 */
export function compareGroups(
  first: Correctness,
  second: Correctness,
  test: SeedTest = 'paired t',
): RawComparison | undefined {
  const pairs = commonSeeds(first, second);
  if (pairs.length === 0) return undefined;
  if (pairs.length >= seedsForTest) {
    const p = compareSeeds(pairs, test);
    if (p !== undefined) return { test, p };
  }
  return { test: 'McNemar', p: compareExamples(pairs) };
}

type Pair = readonly [Uint8Array, Uint8Array];

function commonSeeds(first: Correctness, second: Correctness): Pair[] {
  return [...first].flatMap(([seed, one]) => {
    const other = second.get(seed);
    return other !== undefined && isSameExamples(one, other) ? [[one.correct, other.correct] as const] : [];
  });
}

/** Differences that are all the same are a matter of whole images, not of a normal distribution: no t test. */
function compareSeeds(pairs: readonly Pair[], test: SeedTest): number | undefined {
  const [ours, theirs] = [pairs.map(([one]) => fraction(one)), pairs.map(([, other]) => fraction(other))];
  if (test === 'Wilcoxon') return wilcoxon(ours, theirs);
  const differences = pairs.map(([one, other]) => countOnly(one, other) - countOnly(other, one));
  return new Set(differences).size === 1 ? undefined : pairedT(ours, theirs);
}

function compareExamples(pairs: readonly Pair[]): number {
  const counts = pairs.map(([one, other]) => [countOnly(one, other), countOnly(other, one)] as const);
  const signs = new Set(counts.map(([onlyFirst, onlySecond]) => Math.sign(onlyFirst - onlySecond)));
  if (signs.size > 1) return 1;
  return Math.max(...counts.map(([onlyFirst, onlySecond]) => mcNemarExact(onlyFirst, onlySecond)));
}

const fraction = (correct: Uint8Array): number =>
  correct.reduce((sum, value) => sum + value, 0) / correct.length;

const countOnly = (one: Uint8Array, other: Uint8Array): number =>
  one.reduce((sum, value, index) => sum + (value === 1 && other[index] === 0 ? 1 : 0), 0);
