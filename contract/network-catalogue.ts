import type { ImageShape, NetworkGraph, NetworkNode, NetworkSpec } from './network.ts';

/**
 * Builds the graph of a named network for a task (science.md, section 1).
 * Node ids give the checkpoint its PyTorch names: `conv1.weight`, `fc1.bias`, …
 */
export function buildNetwork(spec: NetworkSpec, inputShape: ImageShape, classCount: number): NetworkGraph {
  return { spec, inputShape: [...inputShape], classCount, nodes: chain(layersOf(spec, classCount)) };
}

type Layer =
  | {
      readonly kind: 'conv';
      readonly filters: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: 'dense'; readonly units: number };

const conv = (filters: number, kernel: number, stride: number, padding: number): Layer => ({
  kind: 'conv',
  filters,
  kernel,
  stride,
  padding,
});
const dense = (units: number): Layer => ({ kind: 'dense', units });

function layersOf(spec: NetworkSpec, classCount: number): readonly Layer[] {
  switch (spec.kind) {
    case 'cnn-small':
    case 'mnist-small':
      return [conv(16, 4, 2, 1), conv(32, 4, 2, 1), dense(100), dense(classCount)];
    case 'cnn-large':
    case 'mnist-large':
      return [
        conv(32, 3, 1, 1),
        conv(32, 4, 2, 1),
        conv(64, 3, 1, 1),
        conv(64, 4, 2, 1),
        dense(512),
        dense(512),
        dense(classCount),
      ];
    case 'mlp':
      return [...spec.widths.map(dense), dense(classCount)];
  }
}

/** Strings layers together: a ReLU after every layer but the last, one flatten before the first dense layer. */
function chain(layers: readonly Layer[]): NetworkNode[] {
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
