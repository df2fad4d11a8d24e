import type { NetworkGraph } from '#contract/network.ts';
import type { MaskSet } from './parameters.ts';

/** Multiply-accumulates of one example; with masks, only those of kept weights. Biases and padding count nothing. */
export function countMultiplyAccumulates(graph: NetworkGraph, masks?: MaskSet): number {
  throw new Error(`Not yet written (${graph.nodes.length}, ${masks?.size ?? 0}).`);
}
