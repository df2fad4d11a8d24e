import type { NetworkGraph } from '#contract/network.ts';
import type { Pruning } from '#contract/pruning.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import type { PrunedMasks } from './pruned-masks.ts';

type StructuredPruning = Extract<Pruning, { kind: 'filter-l1' | 'batchnorm-scale' }>;

/** Chooses whole channels. `scores` rank weights in place of the weights themselves. */
export function pruneChannels(
  pruning: StructuredPruning,
  _model: { readonly graph: NetworkGraph; readonly parameters: ParameterSet },
  _scores?: ParameterSet,
): PrunedMasks {
  throw new Error(`No rule for ${pruning.kind} yet.`);
}
