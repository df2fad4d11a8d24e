import type { MaskSet } from '#workers/networks/parameters.ts';

export type PrunedMasks = {
  /** One mask per parameter that is pruned; none at all where nothing is. */
  readonly masks: MaskSet;
  /** What a person should know: layers that would have been emptied. */
  readonly warnings: readonly string[];
};
