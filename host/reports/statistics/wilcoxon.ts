/**
 * Two-sided p of the exact Wilcoxon signed-rank test (Wilcoxon 1945) that paired differences are symmetric about zero.
 * Differences of zero are dropped, ties share their mean rank; the distribution is the exact one over all signs, given
 * the ranks. With n differences no p is below 2^(1 - n): five seeds cannot show anything at 0.05.
 */
export function wilcoxon(first: readonly number[], second: readonly number[]): number | undefined {
  if (first.length !== second.length)
    throw new RangeError(`Pairs were expected, got ${first.length} and ${second.length} values.`);
  if (first.length < 2) return undefined;
  const differences = first.map((value, index) => value - (second[index] ?? Number.NaN));
  const nonzero = differences.filter((difference) => Math.abs(difference) > rounding);
  const ranks = doubledRanks(nonzero.map(Math.abs));
  const positive = ranks.reduce((sum, rank, index) => sum + ((nonzero[index] ?? 0) > 0 ? rank : 0), 0);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const extreme = Math.min(positive, total - positive);
  const shares = sumDistribution(ranks, total);
  const tail = shares.slice(0, extreme + 1).reduce((sum, share) => sum + share, 0);
  return Math.min(1, 2 * tail);
}

/** Accuracies are quotients of counts: differences that are equal but for float64 rounding are tied. */
const rounding = 1e-12;

/** Twice the mean ranks: whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value - rounding).length;
    const level = values.filter((other) => Math.abs(other - value) <= rounding).length;
    return 2 * below + level + 1;
  });
}

/** Probability of every sum of ranks when each is in or out with one half. */
function sumDistribution(ranks: readonly number[], total: number): number[] {
  const shares = new Array<number>(total + 1).fill(0);
  shares[0] = 1;
  for (const rank of ranks)
    for (let sum = total; sum >= 0; sum -= 1)
      shares[sum] = ((shares[sum] ?? 0) + (sum >= rank ? (shares[sum - rank] ?? 0) : 0)) / 2;
  return shares;
}
