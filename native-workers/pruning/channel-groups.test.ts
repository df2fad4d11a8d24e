import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph, NetworkSpec } from '#contract/network.ts';
import { groupChannels } from './channel-groups.ts';

const groupsOf = (spec: NetworkSpec, size = 32) => groupChannels(buildNetwork(spec, [size, size, 3], 10));
/** Of groups that may be pruned. */
const freeCount = (groups: ReturnType<typeof groupChannels>): number => groups.count - groups.fixed.size;

describe('groupChannels', () => {
  it('leaves every channel of a network without branches to itself, images and class scores fixed', () => {
    const groups = groupsOf({ kind: 'cnn-small' });
    expect(freeCount(groups)).toBe(16 + 32 + 100);
    expect(groups.fixed.size).toBe(3 + 10);
    expect([...groups.fixed].every((group) => group < 3 || group >= groups.count - 10)).toBe(true);
  });

  it('follows channels through a flatten, feature by feature in the order of PyTorch', () => {
    const groups = groupsOf({ kind: 'cnn-small' });
    const last = groups.of('conv2');
    expect(last).toHaveLength(32);
    expect([...groups.of('flatten')]).toEqual(
      [...last].flatMap((group) => new Array<number>(64).fill(group)),
    );
  });

  it('couples all that the additions of one stage of a residual network add up', () => {
    const groups = groupsOf({ kind: 'resnet18-cifar' });
    const stream = groups.of('conv1');
    for (const node of ['layer1.0.conv2', 'layer1.0.add', 'layer1.1.conv2', 'layer1.1.relu2'])
      expect(groups.of(node)).toEqual(stream);
    expect(groups.of('layer2.0.shortcut.0')).toEqual(groups.of('layer2.1.bn2'));
    // Per stage one stream, and the inner convolution of each of its two blocks.
    expect(freeCount(groups)).toBe(3 * (64 + 128 + 256 + 512));
  });

  it('couples the convolutional shortcuts of a wide network with the blocks behind them', () => {
    const groups = groupsOf({ kind: 'wrn-28-4' });
    expect(groups.of('block1.layer.0.convShortcut')).toEqual(groups.of('block1.layer.3.conv2'));
    expect(groups.of('conv1')).not.toEqual(groups.of('block1.layer.0.add'));
    expect(freeCount(groups)).toBe(16 + 5 * (64 + 128 + 256));
  });

  it('couples nothing by concatenation', () => {
    const groups = groupsOf({ kind: 'densenet-40-12' });
    expect(freeCount(groups)).toBe(16 + 36 * 12 + (16 + 12 * 12) + (16 + 24 * 12));
    expect([...groups.of('block1.layer.0.concat')]).toEqual([
      ...groups.of('conv1'),
      ...groups.of('block1.layer.0.conv1'),
    ]);
  });

  it('holds fixed what class scores are averaged from', () => {
    const groups = groupsOf({ kind: 'all-cnn' });
    expect([...groups.of('conv9')].every((group) => groups.fixed.has(group))).toBe(true);
  });

  it('holds fixed what is added to the image', () => {
    const graph: NetworkGraph = {
      spec: { kind: 'mlp', widths: [1] },
      inputShape: [4, 4, 2],
      classCount: 2,
      nodes: [
        { kind: 'input', id: 'input' },
        { kind: 'conv', id: 'conv1', input: 'input', filters: 2, kernel: 1, stride: 1, padding: 0 },
        { kind: 'add', id: 'sum', inputs: ['conv1', 'input'] },
        { kind: 'flatten', id: 'flatten', input: 'sum' },
        { kind: 'dense', id: 'fc1', input: 'flatten', units: 2 },
      ],
    };
    expect(freeCount(groupChannels(graph))).toBe(0);
  });
});
