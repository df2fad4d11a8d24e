import { randomUint32 } from './random-uint32.ts';

type BootstrapOptions = { readonly replicates: number; readonly seed: number };
const defaults: BootstrapOptions = { replicates: 200, seed: 0 };

/**
 * 95 % percentile interval of the AUROC (Efron 1979): inputs of each kind are drawn again with replacement, apart from
 * each other. The same scores and seed give the same interval.
 */
export function bootstrapAuroc(
  inScores: ArrayLike<number>,
  outScores: ArrayLike<number>,
  options: Partial<BootstrapOptions> = {},
): { readonly low: number; readonly high: number } {
  const { replicates, seed } = { ...defaults, ...options };
  const { ins, outs, levels } = rankScores(inScores, outScores);
  const next = randomUint32(seed);
  const twiceWon = new Float64Array(levels);
  const aurocs = Float64Array.from({ length: replicates }, () => {
    drawTwiceWon(twiceWon, ins, next);
    return drawSum(twiceWon, outs, next) / (2 * ins.length * outs.length);
  }).sort();
  return { low: quantile(aurocs, 0.025), high: quantile(aurocs, 0.975) };
}

/** Every score by the place of its value among the distinct ones, lowest first. */
function rankScores(inScores: ArrayLike<number>, outScores: ArrayLike<number>) {
  const distinct = [...new Set([...Array.from(inScores), ...Array.from(outScores)])].sort(
    (left, right) => left - right,
  );
  const places = new Map(distinct.map((score, place) => [score, place]));
  const ranked = (scores: ArrayLike<number>): Uint32Array =>
    Uint32Array.from(scores, (score) => places.get(score)!);
  return { ins: ranked(inScores), outs: ranked(outScores), levels: distinct.length };
}

/** Draws as many in-distribution inputs as there are; for every rank, twice the pairs that an input of no class loses there. */
function drawTwiceWon(twiceWon: Float64Array, ins: Uint32Array, next: () => number): void {
  const scale = ins.length / 0x1_0000_0000;
  twiceWon.fill(0);
  for (let draw = 0; draw < ins.length; draw += 1) twiceWon[ins[Math.trunc(next() * scale)]!]! += 1;
  let above = ins.length;
  for (let level = 0; level < twiceWon.length; level += 1) {
    const tied = twiceWon[level]!;
    above -= tied;
    twiceWon[level] = 2 * above + tied;
  }
}

/** The sum over as many draws as there are ranks. */
function drawSum(values: Float64Array, ranks: Uint32Array, next: () => number): number {
  const scale = ranks.length / 0x1_0000_0000;
  let sum = 0;
  for (let draw = 0; draw < ranks.length; draw += 1) sum += values[ranks[Math.trunc(next() * scale)]!]!;
  return sum;
}

/** Linear between order statistics (type 7 of Hyndman and Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const before = Math.floor(place);
  const after = Math.min(before + 1, sorted.length - 1);
  return sorted[before]! + (place - before) * (sorted[after]! - sorted[before]!);
}
