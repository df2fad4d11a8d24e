import type { NetworkGraph } from '#contract/network.ts';
import type { MaskSet, ParameterSet } from '#workers/networks/parameters.ts';

/** A network whose pruned parameters are zero. Masks are there once it was pruned. */
export type MaskedNetwork = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterSet;
  readonly masks: MaskSet;
};
