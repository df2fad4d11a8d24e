import {
  isPrunable,
  type MaskSet,
  type ParameterArray,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { keepEveryLayer } from './keep-every-layer.ts';
import { keepLargest, type Scores } from './keep-largest.ts';
import type { PrunedMasks } from './pruned-masks.ts';

/** What a strategy asks for; `layer` keeps the same density in each layer, `network` ranks all weights together. */
export type MaskTarget = { readonly density: number; readonly scope: 'layer' | 'network' };

/**
 * Keeps the weights with the largest scores: exactly round(density * n) in each scope, ties broken by index. A layer
 * that would be emptied keeps one weight; with network scope another layer gives one up for it, so that the total
 * stays exact.
 */
export function chooseWeights(
  { density, scope }: MaskTarget,
  parameters: ParameterSet,
  score: (name: string, weights: ParameterArray) => Scores,
): PrunedMasks {
  const layers = [...parameters]
    .filter(([name, weights]) => isPrunable(name, weights))
    .map(([name, weights]) => ({ name, shape: weights.shape, scores: score(name, weights) }));
  return scope === 'layer' ? chooseInEachLayer(layers, density) : chooseInNetwork(layers, density);
}

type Layer = { readonly name: string; readonly shape: readonly number[]; readonly scores: Scores };

function chooseInEachLayer(layers: readonly Layer[], density: number): PrunedMasks {
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

function chooseInNetwork(layers: readonly Layer[], density: number): PrunedMasks {
  const scores = layers.map((layer) => layer.scores);
  const total = scores.reduce((sum, each) => sum + each.length, 0);
  const masks = keepLargest(scores, Math.round(density * total));
  const warnings = keepEveryLayer(scores, masks).map(({ position }) => {
    const { name } = layers[position]!;
    return `One threshold for the whole network at density ${density} would empty ${name}; it keeps its largest weight.`;
  });
  return { masks: namedMasks(layers, masks), warnings };
}

const namedMasks = (layers: readonly Layer[], masks: readonly Uint8Array[]): MaskSet =>
  new Map(layers.map(({ name, shape }, position) => [name, { shape, values: masks[position]! }]));
