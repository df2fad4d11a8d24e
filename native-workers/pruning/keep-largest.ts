import { nthLargest } from './nth-largest.ts';

/** One number per weight of one parameter: the larger, the rather kept. Never NaN. */
export type Scores = Float32Array | Float64Array;

/**
 * Marks the `count` largest scores, over all parameters together. Of equal scores the earlier one is kept:
 * the earlier parameter, then the smaller index.
 */
export function keepLargest(scores: readonly Scores[], count: number): Uint8Array[] {
  const total = scores.reduce((sum, each) => sum + each.length, 0);
  if (!Number.isInteger(count) || count < 0 || count > total)
    throw new RangeError(`Between 0 and ${total} weights can be kept, got ${count}.`);
  if (count === 0) return scores.map((each) => new Uint8Array(each.length));
  const threshold = nthLargest(joined(scores, total), count);
  const above = countWhere(scores, (score) => score > threshold);
  return markFrom(scores, threshold, count - above);
}

/** Keeps all above the threshold and, in order, as many ties as are left to keep. */
function markFrom(scores: readonly Scores[], threshold: number, ties: number): Uint8Array[] {
  let tiesLeft = ties;
  return scores.map((each) => {
    const mask = new Uint8Array(each.length);
    for (let i = 0; i < each.length; i += 1) {
      const tied = each[i] === threshold && tiesLeft > 0;
      if (tied) tiesLeft -= 1;
      if (tied || each[i]! > threshold) mask[i] = 1;
    }
    return mask;
  });
}

function joined(scores: readonly Scores[], total: number): Float64Array {
  const all = new Float64Array(total);
  let offset = 0;
  for (const each of scores) {
    all.set(each, offset);
    offset += each.length;
  }
  if (all.some(Number.isNaN)) throw new RangeError('Scores must be numbers, but one is NaN.');
  return all;
}

function countWhere(scores: readonly Scores[], holds: (score: number) => boolean): number {
  let count = 0;
  for (const each of scores) for (const score of each) if (holds(score)) count += 1;
  return count;
}
