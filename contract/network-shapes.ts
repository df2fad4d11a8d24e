import { sourcesOf, type NetworkGraph, type NetworkNode } from './network.ts';

/** Shape of one example's activation: [height, width, channels] or [features]. */
export type ActivationShape = readonly number[];

/** The activation shape after every node, by node id. Throws a RangeError where a window finds nothing to look at. */
export function activationShapes(
  graph: Pick<NetworkGraph, 'inputShape' | 'nodes'>,
): ReadonlyMap<string, ActivationShape> {
  const shapes = new Map<string, ActivationShape>();
  for (const node of graph.nodes)
    shapes.set(node.id, node.kind === 'input' ? graph.inputShape : shapeAfter(node, shapes));
  return shapes;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What a node makes of what it reads. */
export function shapeAfter(
  node: Exclude<NetworkNode, { kind: 'input' }>,
  shapes: ReadonlyMap<string, ActivationShape>,
): ActivationShape {
  const sources = sourcesOf(node).map((id) => {
    const shape = shapes.get(id);
    if (!shape) throw new Error(`Node ${node.id} reads ${id}, which does not come before it in the graph.`);
    return shape;
  });
  const input = sources[0]!;
  switch (node.kind) {
    case 'conv': {
      const { kernel, stride, padding } = node;
      const places = { window: [kernel, kernel], stride: [stride, stride], padding } as const;
      return [...countPlaces(node, input, places), node.filters];
    }
    case 'max-pool':
    case 'average-pool': {
      const { window, stride } = node;
      return [...countPlaces(node, input, { window, stride, padding: 0 }), input[2]!];
    }
    case 'dense':
      expectRank(input, 1, node);
      return [node.units];
    case 'flatten':
      return [sizeOf(input)];
    case 'add':
      expectAlike(sources, node);
      return input;
    case 'concat':
      expectAlike(
        sources.map((shape) => shape.slice(0, -1)),
        node,
      );
      return [...input.slice(0, -1), sources.reduce((sum, shape) => sum + shape.at(-1)!, 0)];
    case 'relu':
    case 'batch-norm':
    case 'dropout':
      return input;
  }
}

type Pair = readonly [rows: number, columns: number];
type Places = { readonly window: Pair; readonly stride: Pair; readonly padding: number };

/** How many windows fit, downwards and across. */
function countPlaces(node: NetworkNode, input: ActivationShape, { window, stride, padding }: Places): Pair {
  const [height, width] = expectRank(input, 3, node) as [number, number];
  const along = (length: number, axis: 0 | 1): number =>
    Math.floor((length + 2 * padding - window[axis]) / stride[axis]) + 1;
  const places: Pair = [along(height, 0), along(width, 1)];
  if (places[0] < 1 || places[1] < 1)
    throw new RangeError(
      `Node ${node.id} has a ${window.join('x')} window on a ${height}x${width} input, which leaves nothing. Use larger images or another network.`,
    );
  return places;
}

function expectRank(shape: ActivationShape, rank: number, node: NetworkNode): ActivationShape {
  if (shape.length !== rank)
    throw new Error(
      `Node ${node.id} (${node.kind}) expects ${rank === 1 ? 'features; put a flatten before it' : 'an image'}, got shape [${shape.join(', ')}].`,
    );
  return shape;
}

function expectAlike(shapes: readonly ActivationShape[], node: NetworkNode): void {
  if (shapes.every((shape) => shape.join() === shapes[0]!.join())) return;
  const given = shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ');
  throw new Error(`Node ${node.id} (${node.kind}) expects equal shapes, got ${given}.`);
}
