import type { NetworkGraph } from '#contract/network.ts';
import type { MaskSet } from './parameters.ts';
import { activationShapes, parameterSpecs, sizeOf } from './shapes.ts';

/** Multiply-accumulates of one example; with masks, only those of kept weights. Biases count nothing. */
export function countMultiplyAccumulates(graph: NetworkGraph, masks?: MaskSet): number {
  const shapes = activationShapes(graph);
  const weights = new Map(parameterSpecs(graph).map((spec) => [spec.name, sizeOf(spec.shape)]));
  let count = 0;
  for (const node of graph.nodes) {
    if (node.kind !== 'conv' && node.kind !== 'dense') continue;
    const name = `${node.id}.weight`;
    const kept = masks?.get(name)?.values.reduce((sum, bit) => sum + bit, 0) ?? weights.get(name)!;
    count += kept * positions(shapes.get(node.id)!);
  }
  return count;
}

/** How often each weight of a layer is used: once per output position. */
const positions = (output: readonly number[]): number => sizeOf(output.slice(0, -1));
