import { logGamma, regularizedBeta } from './special-functions.ts';
import { measureSpread } from './spread.ts';

/**
 * Two-sided p of the exact McNemar test: of the examples on which two models disagree, `onlyFirst` are right with the
 * first alone. Without a disagreement there is no evidence of a difference: 1.
 */
export function mcNemarExact(onlyFirst: number, onlySecond: number): number {
  const disagreements = onlyFirst + onlySecond;
  const smaller = Math.min(onlyFirst, onlySecond);
  let tail = 0;
  for (let count = 0; count <= smaller; count += 1) tail += halfBinomial(disagreements, count);
  return Math.min(1, 2 * tail);
}

/** Two-sided p of the paired t test that the mean difference is zero. Needs two pairs; nothing for fewer. */
export function pairedT(first: readonly number[], second: readonly number[]): number | undefined {
  if (first.length !== second.length)
    throw new RangeError(`Pairs were expected, got ${first.length} and ${second.length} values.`);
  const spread = measureSpread(first.map((value, index) => value - (second[index] ?? Number.NaN)));
  if (spread?.deviation === undefined) return undefined;
  if (spread.deviation === 0) return spread.mean === 0 ? 1 : 0;
  const freedom = spread.count - 1;
  const t = spread.mean / (spread.deviation / Math.sqrt(spread.count));
  return regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** Holm's step-down correction (Holm 1979): adjusted p values in the given order. */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((left, right) => at(values, left) - at(values, right));
  const adjusted = values.map(() => 1);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (values.length - rank) * at(values, index)));
    adjusted[index] = highest;
  });
  return adjusted;
}

/** Probability of `count` heads in `tosses` of a fair coin. */
const halfBinomial = (tosses: number, count: number): number =>
  Math.exp(logGamma(tosses + 1) - logGamma(count + 1) - logGamma(tosses - count + 1) - tosses * Math.LN2);

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;
