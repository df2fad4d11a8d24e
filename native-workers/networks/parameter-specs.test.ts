import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { parameterSpecs, trainedSpecs } from './parameter-specs.ts';

const cnnSmall = buildNetwork({ kind: 'cnn-small' }, [32, 32, 3], 10);
const specOf = (graph: NetworkGraph, name: string) =>
  parameterSpecs(graph).find((spec) => spec.name === name)!;

describe('parameterSpecs', () => {
  it('names parameters and gives their shapes as PyTorch does', () => {
    expect(parameterSpecs(cnnSmall).map(({ name, shape }) => [name, shape])).toEqual([
      ['conv1.weight', [16, 3, 4, 4]],
      ['conv1.bias', [16]],
      ['conv2.weight', [32, 16, 4, 4]],
      ['conv2.bias', [32]],
      ['fc1.weight', [100, 2048]],
      ['fc1.bias', [100]],
      ['fc2.weight', [10, 100]],
      ['fc2.bias', [10]],
    ]);
  });

  it('gives a bias the fans of its weight', () => {
    expect(specOf(cnnSmall, 'conv2.bias')).toMatchObject({ fanIn: 16 * 16, fanOut: 32 * 16 });
    expect(specOf(cnnSmall, 'fc1.bias')).toMatchObject({ fanIn: 2048, fanOut: 100 });
  });

  it('knows the image behind a dense layer, also through dropout', () => {
    const madry = buildNetwork({ kind: 'mnist-madry' }, [28, 28, 1], 10);
    expect(specOf(madry, 'fc1.weight').layout).toEqual({ kind: 'dense', flattenedFrom: [7, 7, 64] });
    const calibrated = buildNetwork({ kind: 'vgg13' }, [64, 64, 3], 10);
    expect(specOf(calibrated, 'classifier.1.weight').layout).toEqual({
      kind: 'dense',
      flattenedFrom: [2, 2, 512],
    });
    expect(specOf(calibrated, 'classifier.4.weight').layout).toEqual({ kind: 'dense' });
  });

  it('trains everything but running statistics', () => {
    const graph = buildNetwork({ kind: 'vgg4-bn' }, [32, 32, 3], 10);
    const trained = new Set(trainedSpecs(graph).map(({ name }) => name));
    const others = parameterSpecs(graph).filter(({ name }) => !trained.has(name));
    expect(others.map(({ name }) => name)).toEqual(
      [1, 4, 8, 11].flatMap((i) => [`features.${i}.running_mean`, `features.${i}.running_var`]),
    );
  });

  it('refuses what would need to know the order of a flattened image', () => {
    const nodes = cnnSmall.nodes.flatMap((node) =>
      node.kind === 'dense' && node.id === 'fc1'
        ? [
            { kind: 'batch-norm' as const, id: 'bn', input: 'flatten' },
            { ...node, input: 'bn' },
          ]
        : [node],
    );
    expect(() => parameterSpecs({ ...cnnSmall, nodes })).toThrow('before the flatten');
  });
});
