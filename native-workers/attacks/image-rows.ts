import type { NetworkGraph } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';

/** How many values one image of the network has. */
export const imageSize = (graph: NetworkGraph): number => sizeOf(graph.inputShape);

/** Some rows of `values`, in the order asked for, as new values; a row may be asked for twice. */
export function pickRows(values: Float32Array, rows: readonly number[], size: number): Float32Array {
  const picked = new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries())
    picked.set(values.subarray(row * size, (row + 1) * size), at * size);
  return picked;
}
