import type { NetworkGraph } from '#contract/network.ts';
import { networkParameters } from '#contract/network-parameters.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { MaskSet } from './parameters.ts';

/**
 * Multiply-accumulates of one example; with masks, only those of kept weights. Biases, pools and batch-norm, which
 * evaluation folds into the layer beside it, count nothing.
 */
export function countMultiplyAccumulates(graph: NetworkGraph, masks?: MaskSet): number {
  return networkParameters(graph)
    .filter(({ role }) => role === 'weight')
    .reduce((sum, { name, shape, positions }) => {
      const kept = masks?.get(name)?.values.reduce((count, bit) => count + bit, 0) ?? sizeOf(shape);
      return sum + kept * positions;
    }, 0);
}
