/**
 * The greatest threshold at which at least the wanted share of the clean validation scores is accepted; a score at or
 * above it is accepted. Throws where a score is no number.
 */
export function freezeThreshold(scores: Float64Array, acceptance: number): number {
  const sorted = scores.toSorted();
  const odd = scores.findIndex((score) => Number.isNaN(score));
  if (odd >= 0)
    throw new RangeError(`The score of validation image ${odd} is NaN: no threshold can be frozen on it.`);
  const rejected = Math.floor((1 - acceptance) * sorted.length + 1e-9);
  const threshold = sorted[rejected];
  if (threshold === undefined)
    throw new RangeError('A threshold is frozen on validation scores, but there are none.');
  return threshold;
}
