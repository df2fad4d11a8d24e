import type { NetworkNode } from '../network.ts';

/** One layer of a network without branches. */
export type PlainLayer =
  | {
      readonly kind: 'conv';
      readonly filters: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: 'dense'; readonly units: number };

const conv = (filters: number, kernel: number, stride: number, padding: number): PlainLayer => ({
  kind: 'conv',
  filters,
  kernel,
  stride,
  padding,
});
const dense = (units: number): PlainLayer => ({ kind: 'dense', units });

/** The two networks of Wong & Kolter (2018) and all of their successors in certified training. */
export const smallLayers = (classCount: number): readonly PlainLayer[] => [
  conv(16, 4, 2, 1),
  conv(32, 4, 2, 1),
  dense(100),
  dense(classCount),
];
export const largeLayers = (classCount: number): readonly PlainLayer[] => [
  conv(32, 3, 1, 1),
  conv(32, 4, 2, 1),
  conv(64, 3, 1, 1),
  conv(64, 4, 2, 1),
  dense(512),
  dense(512),
  dense(classCount),
];
export const perceptronLayers = (widths: readonly number[], classCount: number): readonly PlainLayer[] => [
  ...widths.map(dense),
  dense(classCount),
];

/**
 * Strings layers together: a ReLU after every layer but the last, one flatten before the first dense layer.
 * Node ids are `conv1`, `fc1`, … Stages that were made before other networks came have these graphs in their keys.
 */
export function plainNetwork(layers: readonly PlainLayer[]): NetworkNode[] {
  const nodes: NetworkNode[] = [{ kind: 'input', id: 'input' }];
  const last = () => nodes[nodes.length - 1]!.id;
  const count = { conv: 0, dense: 0 };
  for (const [position, layer] of layers.entries()) {
    if (layer.kind === 'dense' && count.dense === 0)
      nodes.push({ kind: 'flatten', id: 'flatten', input: last() });
    count[layer.kind] += 1;
    const id = `${layer.kind === 'conv' ? 'conv' : 'fc'}${count[layer.kind]}`;
    nodes.push({ ...layer, id, input: last() });
    if (position < layers.length - 1) nodes.push({ kind: 'relu', id: `relu${position + 1}`, input: id });
  }
  return nodes;
}
