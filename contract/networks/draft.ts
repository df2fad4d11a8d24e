import type { ImageShape, NetworkNode } from '../network.ts';
import { shapeAfter, type ActivationShape } from '../network-shapes.ts';

type LayerNode = Exclude<NetworkNode, { kind: 'input' }>;
type ConvSettings = Omit<Extract<LayerNode, { kind: 'conv' }>, 'kind' | 'id' | 'input'>;

/** A network being written down, layer after layer. Every method gives back the id of what it appended. */
export type Draft = {
  readonly nodes: readonly NetworkNode[];
  append(node: LayerNode): string;
  conv(id: string, input: string, settings: ConvSettings): string;
  /** 3x3, same size where the stride is 1, without bias. */
  conv3(id: string, input: string, settings: { readonly filters: number; readonly stride?: number }): string;
  /** Batch-norm, then ReLU. */
  normRelu(norm: string, relu: string, input: string): string;
  /** Average over as much as makes the image `target` x `target`; nothing where it is already. */
  averageTo(target: 1 | 2, id: string, input: string): string;
  dense(id: string, input: string, units: number): string;
};

export function draftNetwork(inputShape: ImageShape): Draft {
  const nodes: NetworkNode[] = [{ kind: 'input', id: 'input' }];
  const shapes = new Map<string, ActivationShape>([['input', inputShape]]);
  const append = (node: LayerNode): string => {
    shapes.set(node.id, shapeAfter(node, shapes));
    nodes.push(node);
    return node.id;
  };
  const conv: Draft['conv'] = (id, input, settings) => append({ kind: 'conv', id, input, ...settings });
  return {
    nodes,
    append,
    conv,
    conv3: (id, input, { filters, stride = 1 }) =>
      conv(id, input, { filters, kernel: 3, stride, padding: 1, bias: false }),
    normRelu: (norm, relu, input) =>
      append({ kind: 'relu', id: relu, input: append({ kind: 'batch-norm', id: norm, input }) }),
    averageTo: (target, id, input) => {
      const [height, width] = shapes.get(input) as [number, number];
      if (height === target && width === target) return input;
      const window = averagingWindow(target, [height, width]);
      return append({ kind: 'average-pool', id, input, ...window });
    },
    dense: (id, input, units) => append({ kind: 'dense', id, input, units }),
  };
}

/** PyTorch's adaptive average pooling; to one or two places, its windows are all of one size and evenly spaced. */
function averagingWindow(target: 1 | 2, size: readonly [number, number]) {
  const ofBoth = (along: (length: number) => number): [number, number] => [along(size[0]), along(size[1])];
  return {
    window: ofBoth((length) => Math.ceil(length / target)),
    stride: ofBoth((length) => Math.max(1, Math.floor(length / target))),
  };
}
