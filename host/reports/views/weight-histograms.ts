import type { WeightHistogram } from '#contract/views.ts';

/** `kept` tells which weights the mask leaves; without a mask, all. */
export type LayerWeights = { readonly values: Float32Array; readonly kept: Uint8Array | undefined };

type Layer = Readonly<Record<'before' | 'pruned' | 'after', LayerWeights | undefined>>;
type Histograms = Readonly<Record<keyof Layer, WeightHistogram | undefined>>;

/** An odd number, so that zero stands in the middle of a bin. */
const binCount = 41;

/** Histograms of one layer over the same bins, symmetric about zero, so that they can be laid upon each other. */
export function weightHistograms({ before, pruned, after }: Layer): Histograms {
  const reach = Math.max(...[before, pruned, after].map((each) => each?.values.reduce(largest, 0) ?? 0));
  const edge = reach === 0 ? 1 : reach;
  const of = (weights: LayerWeights | undefined) => weights && histogram(weights, edge);
  return { before: of(before), pruned: of(pruned), after: of(after) };
}

const largest = (running: number, value: number): number => Math.max(running, Math.abs(value));

function histogram({ values, kept }: LayerWeights, edge: number): WeightHistogram {
  const counts = new Array<number>(binCount).fill(0);
  let prunedCount = 0;
  for (const [index, value] of values.entries())
    if (kept !== undefined && kept[index] !== 1) prunedCount += 1;
    else {
      const bin = Math.min(binCount - 1, Math.floor(((value + edge) / (2 * edge)) * binCount));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  return { low: -edge, high: edge, counts, prunedCount };
}
