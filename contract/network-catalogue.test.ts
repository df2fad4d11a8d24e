import { describe, expect, it } from 'vitest';
import { buildNetwork } from './network-catalogue.ts';
import { networkGraphSchema, networkSchema } from './network.ts';

const idsOf = (name: unknown) =>
  buildNetwork(networkSchema.parse(name), [32, 32, 3], 10).nodes.map((node) => node.id);

describe('buildNetwork', () => {
  it('names the layers of cnn-small as PyTorch checkpoints do, a ReLU after every layer but the last', () => {
    expect(idsOf('cnn-small')).toEqual([
      'input',
      'conv1',
      'relu1',
      'conv2',
      'relu2',
      'flatten',
      'fc1',
      'relu3',
      'fc2',
    ]);
  });

  it('ends every network in as many units as the task has classes', () => {
    for (const kind of ['cnn-small', 'cnn-large', 'mnist-small', 'mnist-large', 'mlp']) {
      const last = buildNetwork(networkSchema.parse(kind), [28, 28, 1], 7).nodes.at(-1);
      expect(last).toMatchObject({ kind: 'dense', units: 7 });
    }
  });

  it('builds graphs that their own schema takes, every input named before it is used', () => {
    for (const name of ['cnn-large', { kind: 'mlp', widths: [8, 4] }]) {
      const graph = networkGraphSchema.parse(buildNetwork(networkSchema.parse(name), [32, 32, 3], 10));
      const seen = new Set<string>();
      for (const node of graph.nodes) {
        if (node.kind !== 'input') expect(seen).toContain(node.input);
        seen.add(node.id);
      }
      expect(seen.size).toBe(graph.nodes.length);
    }
  });
});
