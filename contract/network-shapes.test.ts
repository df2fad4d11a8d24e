import { describe, expect, it } from 'vitest';
import { buildNetwork } from './network-catalogue.ts';
import { activationShapes } from './network-shapes.ts';
import type { NetworkNode } from './network.ts';

const cnnSmall = buildNetwork({ kind: 'cnn-small' }, [32, 32, 3], 10);
const shapesOf = (...nodes: NetworkNode[]) =>
  activationShapes({ inputShape: [7, 6, 3], nodes: [{ kind: 'input', id: 'input' }, ...nodes] });

describe('activationShapes', () => {
  it('halves an image with a 4x4 window of stride 2', () => {
    const shapes = activationShapes(cnnSmall);
    expect([shapes.get('conv1'), shapes.get('conv2'), shapes.get('flatten')]).toEqual([
      [16, 16, 16],
      [8, 8, 32],
      [2048],
    ]);
  });

  it('leaves out rows and columns that fill no window of a pool', () => {
    const shapes = shapesOf(
      { kind: 'max-pool', id: 'pool', input: 'input', window: [2, 3], stride: [2, 2] },
      { kind: 'average-pool', id: 'mean', input: 'input', window: [7, 6], stride: [1, 1] },
    );
    expect([shapes.get('pool'), shapes.get('mean')]).toEqual([
      [3, 2, 3],
      [1, 1, 3],
    ]);
  });

  it('lays channels side by side and keeps the shape of a sum', () => {
    const shapes = shapesOf(
      { kind: 'concat', id: 'both', inputs: ['input', 'input'] },
      { kind: 'add', id: 'sum', inputs: ['both', 'both'] },
    );
    expect([shapes.get('both'), shapes.get('sum')]).toEqual([
      [7, 6, 6],
      [7, 6, 6],
    ]);
  });

  it('says which node finds nothing left to look at', () => {
    expect(() => activationShapes(buildNetwork({ kind: 'cnn-small' }, [1, 1, 3], 10))).toThrow('conv1');
  });

  it('says that a dense layer needs a flatten before it', () => {
    const nodes = cnnSmall.nodes.map((node) => (node.id === 'fc1' ? { ...node, input: 'relu2' } : node));
    expect(() => activationShapes({ ...cnnSmall, nodes })).toThrow('put a flatten before it');
  });

  it('says which shapes do not add up', () => {
    const half: NetworkNode = {
      kind: 'max-pool',
      id: 'half',
      input: 'input',
      window: [2, 2],
      stride: [2, 2],
    };
    expect(() => shapesOf(half, { kind: 'add', id: 'sum', inputs: ['input', 'half'] })).toThrow(
      'sum (add) expects equal shapes, got [7, 6, 3] and [3, 3, 3]',
    );
    expect(() => shapesOf(half, { kind: 'concat', id: 'both', inputs: ['input', 'half'] })).toThrow('both');
  });

  it('says which node is read before it is there', () => {
    expect(() => shapesOf({ kind: 'relu', id: 'relu', input: 'later' })).toThrow('reads later');
  });
});
