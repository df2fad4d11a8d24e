import type { NetworkGraph } from '#contract/network.ts';
import type { Random } from '#workers/array/random.ts';
import type { ParameterSet } from './parameters.ts';

/**
 * New parameters: Kaiming normal (fan-out) for conv weights, uniform within 1/sqrt(fan-in) for the rest
 * (PyTorch's default). Each parameter has its own stream, so adding a layer changes no other.
 */
export function initializeParameters(graph: NetworkGraph, random: Random): ParameterSet {
  throw new Error(`Not yet written (${graph.nodes.length}, ${random.nextUint32()}).`);
}
