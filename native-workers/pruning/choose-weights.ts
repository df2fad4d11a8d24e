import { isPrunable, type ParameterArray, type ParameterSet } from '#workers/networks/parameters.ts';
import { chooseKept, type MaskTarget } from './choose-kept.ts';
import type { Scores } from './keep-largest.ts';
import type { PrunedMasks } from './pruned-masks.ts';

/** Keeps the weights with the largest scores. */
export function chooseWeights(
  target: MaskTarget,
  parameters: ParameterSet,
  score: (name: string, weights: ParameterArray) => Scores,
): PrunedMasks {
  const layers = [...parameters]
    .filter(([name, weights]) => isPrunable(name, weights))
    .map(([name, weights]) => ({ name, shape: weights.shape, scores: score(name, weights) }));
  const { kept, warnings } = chooseKept(target, layers, 'weight');
  const masks = layers.map(({ name, shape }, place) => [name, { shape, values: kept[place]! }] as const);
  return { masks: new Map(masks), warnings };
}
