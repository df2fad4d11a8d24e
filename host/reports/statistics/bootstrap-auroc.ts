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
  const counts = { ins: new Uint32Array(levels), outs: new Uint32Array(levels) };
  const aurocs = Float64Array.from({ length: replicates }, () => {
    drawCounts(counts.ins, ins, next);
    drawCounts(counts.outs, outs, next);
    return aurocOf(counts.ins, counts.outs, ins.length * outs.length);
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

/** As many draws with replacement as there are ranks, counted into `counts`. */
function drawCounts(counts: Uint32Array, ranks: Uint32Array, next: () => number): void {
  const scale = ranks.length / 0x1_0000_0000;
  counts.fill(0);
  for (let draw = 0; draw < ranks.length; draw += 1) counts[ranks[Math.trunc(next() * scale)]!]! += 1;
}

function aurocOf(ins: Uint32Array, outs: Uint32Array, pairs: number): number {
  let [below, twiceWon] = [0, 0];
  for (let level = 0; level < ins.length; level += 1) {
    twiceWon += ins[level]! * (2 * below + outs[level]!);
    below += outs[level]!;
  }
  return twiceWon / (2 * pairs);
}

/** Linear between order statistics (type 7 of Hyndman and Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const before = Math.floor(place);
  const after = Math.min(before + 1, sorted.length - 1);
  return sorted[before]! + (place - before) * (sorted[after]! - sorted[before]!);
}
