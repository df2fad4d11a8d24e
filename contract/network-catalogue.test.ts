import { describe, expect, it } from 'vitest';
import { buildNetwork } from './network-catalogue.ts';
import { activationShapes } from './network-shapes.ts';
import { networkGraphSchema, networkKinds, networkSchema, sourcesOf } from './network.ts';

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

  it.each(networkKinds)('ends %s in as many scores as the task has classes', (kind) => {
    for (const shape of [
      [32, 32, 3],
      [40, 36, 1],
    ] as const) {
      const graph = buildNetwork(networkSchema.parse(kind), shape, 7);
      expect(activationShapes(graph).get(graph.nodes.at(-1)!.id)).toEqual([7]);
    }
  });

  it.each(networkKinds)(
    'builds a graph of %s that its own schema takes, every input before its use',
    (kind) => {
      const built = buildNetwork(networkSchema.parse(kind), [32, 32, 3], 10);
      const graph = networkGraphSchema.parse(JSON.parse(JSON.stringify(built)));
      expect(graph).toEqual(built);
      const seen = new Set<string>();
      for (const node of graph.nodes) {
        for (const source of sourcesOf(node)) expect(seen).toContain(source);
        seen.add(node.id);
      }
      expect(seen.size).toBe(graph.nodes.length);
    },
  );

  it('uses every node that it appends', () => {
    for (const kind of networkKinds) {
      const { nodes } = buildNetwork(networkSchema.parse(kind), [32, 32, 3], 10);
      const read = new Set(nodes.flatMap(sourcesOf));
      expect(nodes.slice(0, -1).filter(({ id }) => !read.has(id))).toEqual([]);
    }
  });

  it('sees the images of a network shrink as published', () => {
    const shapesOf = (kind: string) =>
      activationShapes(buildNetwork(networkSchema.parse(kind), [32, 32, 3], 10));
    expect(shapesOf('vgg16-bn').get('features.42')).toEqual([2, 2, 512]);
    expect(shapesOf('vgg4-bn').get('avgpool')).toEqual([2, 2, 128]);
    expect(shapesOf('vgg13').get('flatten')).toEqual([512]);
    expect(shapesOf('all-cnn').get('conv7')).toEqual([6, 6, 192]);
    expect(shapesOf('densenet-40-12').get('block3.layer.11.concat')).toEqual([8, 8, 448]);
    expect(shapesOf('wrn-28-10').get('block3.layer.3.add')).toEqual([8, 8, 640]);
    expect(shapesOf('resnet18-cifar').get('layer4.1.relu2')).toEqual([4, 4, 512]);
  });

  it("averages to 2x2 as PyTorch's adaptive pooling does where the image has odd sides", () => {
    const pool = buildNetwork({ kind: 'vgg4-bn' }, [28, 28, 1], 10).nodes.find(({ id }) => id === 'avgpool');
    expect(pool).toMatchObject({ window: [4, 4], stride: [3, 3] });
  });

  it('says which node finds nothing left of too small an image', () => {
    expect(() => buildNetwork({ kind: 'vgg13' }, [28, 28, 1], 10)).toThrow(/features\.24.*larger images/);
  });
});
