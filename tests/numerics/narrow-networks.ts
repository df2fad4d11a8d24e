import { buildNetwork } from '#contract/network-catalogue.ts';
import { networkSchema, type ImageShape, type NetworkGraph, type NetworkKind } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import type { Batch } from '#workers/objectives/train-step.ts';

/** A network of the catalogue for ten classes, of a part of its width, for images that are just large enough. */
export const narrowNetwork = (kind: NetworkKind, factor: number): NetworkGraph =>
  narrowed(buildNetwork(networkSchema.parse(kind), imageShapeOf(kind), 10), factor);

/** The same network with a part of the filters and units, so that it is quick; the scores stay. */
export function narrowed(graph: NetworkGraph, factor: number): NetworkGraph {
  const scores = graph.nodes.findLast((node) => node.kind === 'dense' || node.kind === 'conv');
  const nodes = graph.nodes.map((node) => {
    if (node === scores) return node;
    if (node.kind === 'conv') return { ...node, filters: Math.ceil(node.filters / factor) };
    return node.kind === 'dense' ? { ...node, units: Math.ceil(node.units / factor) } : node;
  });
  return { ...graph, nodes };
}

/** Images of noise, with labels that change from one to the next. */
export function noiseImages({ inputShape, classCount }: NetworkGraph, count: number): Batch {
  const size = inputShape.reduce((a, b) => a * b, 1);
  return {
    images: createRandom(5, 'images').fillUniform(new Float32Array(count * size), 0, 1),
    labels: Int32Array.from({ length: count }, (_, i) => (3 * i) % classCount),
    exampleIds: Uint32Array.from({ length: count }, (_, i) => i),
  };
}

function imageShapeOf(kind: string): ImageShape {
  if (kind.startsWith('mnist')) return [28, 28, 1];
  const halvesMostly = /^(vgg1|cnn)/.test(kind);
  return halvesMostly ? [32, 32, 3] : [16, 16, 3];
}
