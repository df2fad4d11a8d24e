import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { activationShapes, countParameters, parameterSpecs } from './shapes.ts';

const cnnSmall = buildNetwork({ kind: 'cnn-small' }, [32, 32, 3], 10);

describe('shapes', () => {
  it.each([
    ['cnn-small', [32, 32, 3], 214_918],
    ['cnn-large', [32, 32, 3], 2_466_858],
    ['mnist-small', [28, 28, 1], 166_406],
    ['mnist-large', [28, 28, 1], 1_974_762],
  ] as const)('counts the parameters of %s', (kind, inputShape, count) => {
    expect(countParameters(buildNetwork({ kind }, inputShape, 10))).toBe(count);
  });

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

  it('halves an image with a 4x4 window of stride 2', () => {
    const shapes = activationShapes(cnnSmall);
    expect([shapes.get('conv1'), shapes.get('conv2'), shapes.get('flatten')]).toEqual([
      [16, 16, 16],
      [8, 8, 32],
      [2048],
    ]);
  });

  it('says which layer finds nothing left to look at', () => {
    expect(() => countParameters(buildNetwork({ kind: 'cnn-small' }, [1, 1, 3], 10))).toThrow('conv1');
  });

  it('says that a dense layer needs a flatten before it', () => {
    const graph = {
      ...cnnSmall,
      nodes: cnnSmall.nodes.map((node) => (node.id === 'fc1' ? { ...node, input: 'relu2' } : node)),
    };
    expect(() => countParameters(graph)).toThrow('put a flatten before it');
  });
});
