import type { ImageShape, NetworkGraph, NetworkNode } from '#contract/network.ts';
import { isTrainedRole, networkParameters, type ParameterRole } from '#contract/network-parameters.ts';
import { activationShapes, sizeOf, type ActivationShape } from '#contract/network-shapes.ts';

/** What one parameter is: its PyTorch shape, the fans its initialisation needs, and how engines lay it out. */
export type ParameterSpec = {
  readonly name: string;
  readonly role: ParameterRole;
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

/** Every parameter of the graph in topological order; within a node in PyTorch's order. */
export function parameterSpecs(graph: NetworkGraph): readonly ParameterSpec[] {
  const sources = flattenedImages(graph, activationShapes(graph));
  const parameters = networkParameters(graph);
  const weightOf = new Map(
    parameters.filter(({ role }) => role === 'weight').map(({ node, shape }) => [node.id, shape]),
  );
  return parameters.map(({ name, role, shape, node }) => ({
    name,
    role,
    shape,
    ...fansOf(weightOf.get(node.id) ?? shape),
    layout: role === 'weight' ? layoutOf(node, sources) : { kind: 'as-is' },
  }));
}

/** What is trained; the rest are the running statistics of batch-norm. */
export const trainedSpecs = (graph: NetworkGraph): readonly ParameterSpec[] =>
  parameterSpecs(graph).filter(({ role }) => isTrainedRole(role));

/** Of a weight [out, in, …taps]; a bias has those of its weight. */
function fansOf([outputs = 1, inputs = 1, ...taps]: readonly number[]) {
  return { fanIn: inputs * sizeOf(taps), fanOut: outputs * sizeOf(taps) };
}

function layoutOf(node: NetworkNode, sources: ReadonlyMap<string, ImageShape>): ParameterLayout {
  if (node.kind === 'conv') return { kind: 'conv' };
  const flattenedFrom = node.kind === 'dense' ? sources.get(node.input) : undefined;
  return { kind: 'dense', ...(flattenedFrom && { flattenedFrom }) };
}

/**
 * For every node whose features are a flattened image in (h, w, c) order: that image's shape. Only operations that
 * treat all features alike may come between a flatten and the dense layer that knows the order.
 */
function flattenedImages(
  graph: NetworkGraph,
  shapes: ReadonlyMap<string, ActivationShape>,
): ReadonlyMap<string, ImageShape> {
  const sources = new Map<string, ImageShape>();
  for (const node of graph.nodes) {
    if (node.kind === 'flatten') {
      const image = shapes.get(node.input)!;
      if (image.length === 3) sources.set(node.id, image as unknown as ImageShape);
    } else if (node.kind === 'relu' || node.kind === 'dropout') {
      const source = sources.get(node.input);
      if (source) sources.set(node.id, source);
    } else if (node.kind === 'batch-norm' && sources.has(node.input)) {
      throw new Error(`Node ${node.id} (batch-norm) reads a flattened image; put it before the flatten.`);
    } else if (node.kind === 'add' || node.kind === 'concat') {
      if (node.inputs.some((id) => sources.has(id)))
        throw new Error(`Node ${node.id} (${node.kind}) reads a flattened image; put it before the flatten.`);
    }
  }
  return sources;
}
