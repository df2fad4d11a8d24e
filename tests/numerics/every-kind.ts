import type { ImageShape, NetworkGraph } from '#contract/network.ts';

/** A tiny network with a node of every kind but one; `pool` says which of the two comes first. */
export function everyKindNetwork(
  inputShape: ImageShape,
  classCount: number,
  pool: 'max-pool' | 'average-pool' = 'max-pool',
): NetworkGraph {
  return {
    spec: { kind: 'mlp', widths: [6] },
    inputShape: [...inputShape],
    classCount,
    nodes: [
      { kind: 'input', id: 'input' },
      {
        kind: 'conv',
        id: 'conv1',
        input: 'input',
        filters: 4,
        kernel: 3,
        stride: 2,
        padding: 1,
        bias: false,
      },
      { kind: 'batch-norm', id: 'bn1', input: 'conv1' },
      { kind: 'relu', id: 'relu1', input: 'bn1' },
      { kind: pool, id: 'pool1', input: 'relu1', window: [2, 2], stride: [2, 2] },
      { kind: 'conv', id: 'conv2', input: 'pool1', filters: 4, kernel: 3, stride: 1, padding: 1 },
      { kind: 'add', id: 'sum', inputs: ['pool1', 'conv2'] },
      { kind: 'relu', id: 'relu2', input: 'sum' },
      { kind: 'concat', id: 'both', inputs: ['relu2', 'pool1'] },
      { kind: 'average-pool', id: 'pool2', input: 'both', window: [2, 2], stride: [1, 1] },
      { kind: 'flatten', id: 'flatten', input: 'pool2' },
      { kind: 'dropout', id: 'dropout', input: 'flatten', rate: 0.25 },
      { kind: 'dense', id: 'fc1', input: 'dropout', units: 6 },
      { kind: 'batch-norm', id: 'bn2', input: 'fc1' },
      { kind: 'relu', id: 'relu3', input: 'bn2' },
      { kind: 'dense', id: 'fc2', input: 'relu3', units: classCount },
    ],
  };
}
