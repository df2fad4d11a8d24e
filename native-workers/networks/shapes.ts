import type { ImageShape, NetworkGraph, NetworkNode } from '#contract/network.ts';

/** Shape of one example's activation: [height, width, channels] or [features]. */
export type ActivationShape = readonly number[];

/** What one parameter is: its PyTorch shape, the fans its initialisation needs, and how engines lay it out. */
export type ParameterSpec = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
  readonly layout: ParameterLayout;
};
type ParameterLayout =
  | { readonly kind: 'as-is' }
  /** PyTorch [out, in, row, column]; engine [row, column, in, out]. */
  | { readonly kind: 'conv' }
  /** PyTorch [out, in]; engine [in, out]. An input flattened from an image is in (c, h, w) order there, (h, w, c) here. */
  | { readonly kind: 'dense'; readonly flattenedFrom?: ImageShape };

/** The activation shape after every node, by node id. */
export function activationShapes(graph: NetworkGraph): ReadonlyMap<string, ActivationShape> {
  const shapes = new Map<string, ActivationShape>();
  for (const node of graph.nodes) shapes.set(node.id, shapeAfter(node, graph, shapes));
  return shapes;
}

/** Every parameter of the graph in topological order, weight before bias. */
export function parameterSpecs(graph: NetworkGraph): readonly ParameterSpec[] {
  const shapes = activationShapes(graph);
  const sources = imageSources(graph, shapes);
  return graph.nodes.flatMap((node) => {
    if (node.kind !== 'conv' && node.kind !== 'dense') return [];
    const input = shapes.get(node.input)!;
    const flattenedFrom = sources.get(node.input);
    const layer =
      node.kind === 'conv'
        ? {
            inputs: input[2]!,
            outputs: node.filters,
            window: [node.kernel, node.kernel],
            layout: { kind: 'conv' } as const,
          }
        : {
            inputs: input[0]!,
            outputs: node.units,
            window: [],
            layout: { kind: 'dense', ...(flattenedFrom && { flattenedFrom }) } as const,
          };
    const taps = layer.window.reduce((a, b) => a * b, 1);
    const fans = { fanIn: layer.inputs * taps, fanOut: layer.outputs * taps };
    const shape = [layer.outputs, layer.inputs, ...layer.window];
    return [
      { name: `${node.id}.weight`, shape, ...fans, layout: layer.layout },
      { name: `${node.id}.bias`, shape: [layer.outputs], ...fans, layout: { kind: 'as-is' } as const },
    ];
  });
}

/** Number of weights and biases. */
export function countParameters(graph: NetworkGraph): number {
  return parameterSpecs(graph).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function shapeAfter(
  node: NetworkNode,
  graph: NetworkGraph,
  shapes: ReadonlyMap<string, ActivationShape>,
): ActivationShape {
  if (node.kind === 'input') return graph.inputShape;
  const input = shapes.get(node.input);
  if (!input)
    throw new Error(`Node ${node.id} reads ${node.input}, which does not come before it in the graph.`);
  switch (node.kind) {
    case 'conv': {
      const [height, width] = expectRank(input, 3, node) as [number, number];
      const after = (size: number): number =>
        Math.floor((size + 2 * node.padding - node.kernel) / node.stride) + 1;
      const shape = [after(height), after(width), node.filters];
      if (shape.some((size) => size < 1))
        throw new RangeError(
          `Node ${node.id} has a ${node.kernel}x${node.kernel} window on a ${height}x${width} input, which leaves nothing. Use larger images or another network.`,
        );
      return shape;
    }
    case 'dense':
      expectRank(input, 1, node);
      return [node.units];
    case 'relu':
      return input;
    case 'flatten':
      return [sizeOf(input)];
  }
}

function expectRank(shape: ActivationShape, rank: number, node: NetworkNode): ActivationShape {
  if (shape.length !== rank)
    throw new Error(
      `Node ${node.id} (${node.kind}) expects ${rank === 1 ? 'features; put a flatten before it' : 'an image'}, got shape [${shape.join(', ')}].`,
    );
  return shape;
}

/** For every node whose features are a flattened image in (h, w, c) order: that image's shape. */
function imageSources(
  graph: NetworkGraph,
  shapes: ReadonlyMap<string, ActivationShape>,
): ReadonlyMap<string, ImageShape> {
  const sources = new Map<string, ImageShape>();
  for (const node of graph.nodes) {
    if (node.kind === 'flatten') {
      const image = shapes.get(node.input)!;
      if (image.length === 3) sources.set(node.id, image as unknown as ImageShape);
    } else if (node.kind === 'relu') {
      const source = sources.get(node.input);
      if (source) sources.set(node.id, source);
    }
  }
  return sources;
}
