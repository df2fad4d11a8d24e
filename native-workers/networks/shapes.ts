import type { NetworkGraph } from '#contract/network.ts';

/** What one parameter is: its PyTorch shape, and the fans that its initialisation needs. */
export type ParameterSpec = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
};

/** Every parameter of the graph in topological order, weight before bias. */
export function parameterSpecs(graph: NetworkGraph): readonly ParameterSpec[] {
  throw new Error(`Not yet written (${graph.nodes.length}).`);
}

/** Number of weights and biases. */
export function countParameters(graph: NetworkGraph): number {
  return parameterSpecs(graph).reduce((sum, spec) => sum + spec.shape.reduce((a, b) => a * b, 1), 0);
}
