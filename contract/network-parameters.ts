import type { NetworkGraph, NetworkNode } from './network.ts';
import { activationShapes, sizeOf, type ActivationShape } from './network-shapes.ts';

/**
 * What a parameter is to its node. `weight` and `bias` are those of conv and dense layers, `scale` and `shift` those
 * of batch-norm; the running statistics are no parameters to PyTorch but buffers: kept, saved, never trained.
 */
export type ParameterRole = 'weight' | 'bias' | 'scale' | 'shift' | 'running-mean' | 'running-variance';

/** A parameter under its PyTorch name and in its PyTorch shape: conv [out, in, row, column], dense [out, in]. */
export type NetworkParameter = {
  readonly name: string;
  readonly node: NetworkNode;
  readonly role: ParameterRole;
  readonly shape: readonly number[];
  /** How often each value is used: once per output position. */
  readonly positions: number;
};

/** Every parameter of the graph in topological order, in PyTorch's order within a node. */
export function networkParameters(graph: NetworkGraph): readonly NetworkParameter[] {
  const shapes = activationShapes(graph);
  return graph.nodes.flatMap((node) => {
    const output = shapes.get(node.id)!;
    return arraysOf(node, shapes).map(([role, shape]) => ({
      name: `${node.id}.${endings[role]}`,
      node,
      role,
      shape,
      positions: sizeOf(output.slice(0, -1)),
    }));
  });
}

/** Statistics of batch-norm are measured, everything else is trained. */
export const isTrainedRole = (role: ParameterRole): boolean =>
  role !== 'running-mean' && role !== 'running-variance';

/** As PyTorch counts: everything that is trained. */
export function countParameters(graph: NetworkGraph): number {
  return networkParameters(graph)
    .filter(({ role }) => isTrainedRole(role))
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

const endings: Readonly<Record<ParameterRole, string>> = {
  weight: 'weight',
  bias: 'bias',
  scale: 'weight',
  shift: 'bias',
  'running-mean': 'running_mean',
  'running-variance': 'running_var',
};

type RoleAndShape = readonly [ParameterRole, readonly number[]];

function arraysOf(node: NetworkNode, shapes: ReadonlyMap<string, ActivationShape>): readonly RoleAndShape[] {
  switch (node.kind) {
    case 'conv': {
      const inputs = shapes.get(node.input)![2]!;
      const weight: RoleAndShape = ['weight', [node.filters, inputs, node.kernel, node.kernel]];
      return node.bias === false ? [weight] : [weight, ['bias', [node.filters]]];
    }
    case 'dense':
      return [
        ['weight', [node.units, shapes.get(node.input)![0]!]],
        ['bias', [node.units]],
      ];
    case 'batch-norm': {
      const channels = [shapes.get(node.input)!.at(-1)!];
      return [
        ['scale', channels],
        ['shift', channels],
        ['running-mean', channels],
        ['running-variance', channels],
      ];
    }
    case 'input':
    case 'relu':
    case 'flatten':
    case 'max-pool':
    case 'average-pool':
    case 'add':
    case 'concat':
    case 'dropout':
      return [];
  }
}
