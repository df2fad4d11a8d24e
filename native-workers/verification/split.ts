import type { NetworkGraph } from '#contract/network.ts';
import { activationShapes, sizeOf } from '#contract/network-shapes.ts';

/** Values that one tensor may hold: larger ones were no faster and took memory, as a few of them live at a time. */
const valuesPerSplit = 2 ** 21;

const widest = (graph: NetworkGraph): number =>
  Math.max(...[...activationShapes(graph).values()].map(sizeOf));

/** How many examples are bounded at once, each with so many rows at every node. */
export const examplesPerSplit = (graph: NetworkGraph, rows: number): number =>
  Math.max(1, Math.min(256, Math.floor(valuesPerSplit / (widest(graph) * rows))));

/** How many values of a node are bounded at once, from below and above, for so many examples; splits are about even. */
export function rowsPerSplit(graph: NetworkGraph, examples: number, values: number): number {
  const most = Math.max(1, Math.floor(valuesPerSplit / (widest(graph) * 2 * examples)));
  return Math.ceil(values / Math.ceil(values / most));
}
