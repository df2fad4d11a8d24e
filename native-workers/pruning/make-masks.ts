import type { Pruning } from '#contract/pruning.ts';
import type { Random } from '#workers/array/random.ts';
import { isPrunable, type MaskArray, type MaskSet, type ParameterSet } from '#workers/networks/parameters.ts';
import { keepEveryLayer } from './keep-every-layer.ts';
import { keepLargest, type Scores } from './keep-largest.ts';
import { scorers } from './score-weights.ts';

export type PrunedMasks = {
  /** One mask per prunable parameter; none at all where nothing is pruned. */
  readonly masks: MaskSet;
  /** What a person should know: layers that would have been emptied. */
  readonly warnings: readonly string[];
};

/**
 * Chooses the kept weights: exactly round(density * n) in each scope, ties broken by index. A layer that would be
 * emptied keeps one weight; with network scope another layer gives one up for it, so that the total stays exact.
 */
export function makeMasks(pruning: Pruning, parameters: ParameterSet, random: Random): PrunedMasks {
  if (pruning.kind === 'none') return { masks: new Map(), warnings: [] };
  if (pruning.kind !== 'random' && pruning.kind !== 'magnitude')
    throw new Error(`No rule for ${pruning.kind} yet.`);
  const prunable = [...parameters].filter(([name, weights]) => isPrunable(name, weights));
  const layers = prunable.map(([name, weights]) => ({
    name,
    shape: weights.shape,
    scores: scorers[pruning.kind](weights, random.derive('scores', name)),
  }));
  return pruning.scope === 'layer'
    ? pruneEachLayer(layers, pruning.density)
    : pruneNetwork(layers, pruning.density);
}

type Layer = { readonly name: string; readonly shape: readonly number[]; readonly scores: Scores };

function pruneEachLayer(layers: readonly Layer[], density: number): PrunedMasks {
  const warnings: string[] = [];
  const masks = layers.map(({ name, scores }) => {
    const count = Math.round(density * scores.length);
    if (count === 0)
      warnings.push(
        `Density ${density} leaves none of the ${scores.length} weights of ${name}; it keeps its largest one.`,
      );
    return keepLargest([scores], Math.max(1, count))[0]!;
  });
  return { masks: namedMasks(layers, masks), warnings };
}

function pruneNetwork(layers: readonly Layer[], density: number): PrunedMasks {
  const scores = layers.map((layer) => layer.scores);
  const total = scores.reduce((sum, each) => sum + each.length, 0);
  const masks = keepLargest(scores, Math.round(density * total));
  const warnings = keepEveryLayer(scores, masks).map(({ position }) => {
    const { name } = layers[position]!;
    return `One threshold for the whole network at density ${density} would empty ${name}; it keeps its largest weight.`;
  });
  return { masks: namedMasks(layers, masks), warnings };
}

const namedMasks = (layers: readonly Layer[], masks: readonly Uint8Array[]): ReadonlyMap<string, MaskArray> =>
  new Map(layers.map(({ name, shape }, position) => [name, { shape, values: masks[position]! }]));
