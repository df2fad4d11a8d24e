import type { NetworkGraph } from '#contract/network.ts';
import { activationShapes, sizeOf } from '#contract/network-shapes.ts';

/** Values that one tensor of functionals may hold: a few such tensors live at the same time. */
const valuesPerSplit = 2 ** 24;

const widest = (graph: NetworkGraph): number =>
  Math.max(...[...activationShapes(graph).values()].map(sizeOf));

/** How many examples are bounded at once, each with a functional per class at every node. */
export const examplesPerSplit = (graph: NetworkGraph): number =>
  Math.max(1, Math.min(256, Math.floor(valuesPerSplit / (widest(graph) * graph.classCount))));

/** How many values of a node are bounded at once, from below and above, for so many examples; splits are about even. */
export function rowsPerSplit(graph: NetworkGraph, examples: number, values: number): number {
  const most = Math.max(1, Math.floor(valuesPerSplit / (widest(graph) * 2 * examples)));
  return Math.ceil(values / Math.ceil(values / most));
}
