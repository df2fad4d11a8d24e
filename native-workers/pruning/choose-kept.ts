import { keepEveryLayer } from './keep-every-layer.ts';
import { keepLargest, type Scores } from './keep-largest.ts';

/** What a strategy asks for; `layer` keeps the same density in each layer, `network` ranks everything together. */
export type MaskTarget = { readonly density: number; readonly scope: 'layer' | 'network' };

/** Things of one layer that are kept or pruned: its weights or its channels. */
export type ScoredLayer = { readonly name: string; readonly scores: Scores };

type Kept = {
  /** Per layer, 1 for each score that is kept. */
  readonly kept: readonly Uint8Array[];
  readonly warnings: readonly string[];
};

/**
 * Keeps exactly round(density * n) of the largest scores in each scope, ties broken by index. A layer that would be
 * emptied keeps one; with network scope another layer gives one up for it, so that the total stays exact.
 */
export const chooseKept = (
  { density, scope }: MaskTarget,
  layers: readonly ScoredLayer[],
  unit: 'weight' | 'channel',
): Kept =>
  scope === 'layer' ? chooseInEachLayer(layers, density, unit) : chooseInNetwork(layers, density, unit);

function chooseInEachLayer(layers: readonly ScoredLayer[], density: number, unit: string): Kept {
  const warnings: string[] = [];
  const kept = layers.map(({ name, scores }) => {
    const count = Math.round(density * scores.length);
    if (count === 0)
      warnings.push(
        `Density ${density} leaves none of the ${scores.length} ${unit}s of ${name}; it keeps its largest one.`,
      );
    return keepLargest([scores], Math.max(1, count))[0]!;
  });
  return { kept, warnings };
}

function chooseInNetwork(layers: readonly ScoredLayer[], density: number, unit: string): Kept {
  const scores = layers.map((layer) => layer.scores);
  const total = scores.reduce((sum, each) => sum + each.length, 0);
  const kept = keepLargest(scores, Math.round(density * total));
  const warnings = keepEveryLayer(scores, kept).map(({ position }) => {
    const { name } = layers[position]!;
    return `One threshold for the whole network at density ${density} would empty ${name}; it keeps its largest ${unit}.`;
  });
  return { kept, warnings };
}
