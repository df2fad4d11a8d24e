import type { NetworkGraph } from '#contract/network.ts';

export type NetworkSize = { readonly parameters: number; readonly macs: number };
type Shape = readonly [height: number, width: number, channels: number];

/** Parameters, and multiply-accumulates of one forward pass of one example: enough to estimate time and space. */
export function measureSize(graph: NetworkGraph): NetworkSize {
  const [height, width, channels] = graph.inputShape;
  let shape: Shape = [height, width, channels];
  let size: NetworkSize = { parameters: 0, macs: 0 };
  for (const node of graph.nodes) {
    switch (node.kind) {
      case 'input':
      case 'relu':
        break;
      case 'flatten':
        shape = [1, 1, shape[0] * shape[1] * shape[2]];
        break;
      case 'conv': {
        const weights = node.kernel ** 2 * shape[2] * node.filters;
        const side = (length: number) =>
          Math.floor((length + 2 * node.padding - node.kernel) / node.stride) + 1;
        shape = [side(shape[0]), side(shape[1]), node.filters];
        size = added(size, { weights, biases: node.filters, places: shape[0] * shape[1] });
        break;
      }
      case 'dense': {
        const weights = shape[0] * shape[1] * shape[2] * node.units;
        shape = [1, 1, node.units];
        size = added(size, { weights, biases: node.units, places: 1 });
        break;
      }
    }
  }
  return size;
}

type Layer = { readonly weights: number; readonly biases: number; readonly places: number };
const added = (size: NetworkSize, { weights, biases, places }: Layer): NetworkSize => ({
  parameters: size.parameters + weights + biases,
  macs: size.macs + weights * places,
});
