import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph, NetworkSpec } from '#contract/network.ts';
import { pruningSchema, type Pruning } from '#contract/pruning.ts';
import { createRandom } from '#workers/array/random.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import { pruneChannels } from './prune-channels.ts';

const networkOf = (spec: NetworkSpec): { graph: NetworkGraph; parameters: ParameterSet } => {
  const graph = buildNetwork(spec, [16, 16, 3], 10);
  return { graph, parameters: initializeParameters(graph, createRandom(3)) };
};
const structured = (kind: 'filter-l1' | 'batchnorm-scale', settings: object) =>
  pruningSchema.parse({ kind, ...settings }) as Extract<Pruning, { kind: 'filter-l1' | 'batchnorm-scale' }>;

/** Filters of a layer of which a mask leaves nothing. */
function goneFilters({ masks }: ReturnType<typeof pruneChannels>, layer: string): number[] {
  const { shape, values } = masks.get(`${layer}.weight`)!;
  const size = values.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, filter) => filter).filter(
    (filter) => !values.subarray(filter * size, (filter + 1) * size).includes(1),
  );
}

/** A perceptron whose hidden units have exactly these L1 norms. */
function perceptron(norms: readonly number[]): { graph: NetworkGraph; parameters: ParameterSet } {
  const graph = buildNetwork({ kind: 'mlp', widths: [norms.length] }, [1, 1, 2], 3);
  const weights = Float32Array.from(norms.flatMap((norm) => [norm / 4, (-3 * norm) / 4]));
  return {
    graph,
    parameters: new Map([
      ['fc1.weight', { shape: [norms.length, 2], values: weights }],
      ['fc1.bias', { shape: [norms.length], values: new Float32Array(norms.length).fill(1) }],
      ['fc2.weight', { shape: [3, norms.length], values: new Float32Array(3 * norms.length).fill(1) }],
      ['fc2.bias', { shape: [3], values: new Float32Array(3).fill(1) }],
    ]),
  };
}

describe('pruneChannels by the L1 norm of filters', () => {
  it('takes the units of smallest norm, of equal ones the later, and leaves nothing of them', () => {
    const { masks, warnings } = pruneChannels(
      structured('filter-l1', { density: 0.5 }),
      perceptron([4, 1, 2, 2]),
    );
    expect(masks).toEqual(
      new Map([
        ['fc1.weight', { shape: [4, 2], values: Uint8Array.of(1, 1, 0, 0, 1, 1, 0, 0) }],
        ['fc1.bias', { shape: [4], values: Uint8Array.of(1, 0, 1, 0) }],
        ['fc2.weight', { shape: [3, 4], values: Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0) }],
      ]),
    );
    expect(warnings).toEqual([]);
  });

  it('ranks by scores where they are given', () => {
    const network = perceptron([4, 1, 2, 2]);
    const values = Float32Array.of(0, 0, 1, 1, -9, 0, 0.5, 0);
    const scores = new Map([['fc1.weight', { shape: [4, 2], values }]]);
    const pruned = pruneChannels(structured('filter-l1', { density: 0.5 }), network, scores);
    expect(goneFilters(pruned, 'fc1')).toEqual([0, 3]);
  });

  it.each([0.1, 0.37, 0.5, 0.9])('keeps round(%d * n) of each layer’s filters', (density) => {
    const network = networkOf({ kind: 'cnn-small' });
    const pruned = pruneChannels(structured('filter-l1', { density }), network);
    for (const [layer, count] of [
      ['conv1', 16],
      ['conv2', 32],
      ['fc1', 100],
    ] as const)
      expect(count - goneFilters(pruned, layer).length).toBe(Math.round(density * count));
    expect(goneFilters(pruned, 'fc2')).toEqual([]);
  });

  it('keeps one channel of a layer that would be empty, and says so', () => {
    const network = perceptron([4, 1, 9, 2]);
    const pruned = pruneChannels(structured('filter-l1', { density: 0.1 }), network);
    expect(goneFilters(pruned, 'fc1')).toEqual([0, 1, 3]);
    expect(pruned.warnings).toEqual([expect.stringContaining('the 4 channels of fc1')]);
  });

  it('keeps round(density * n) channels of the whole network, coupled ones counted once', () => {
    const network = networkOf({ kind: 'resnet18-cifar' });
    const pruned = pruneChannels(structured('filter-l1', { density: 0.3, scope: 'network' }), network);
    const streams = ['conv1', 'layer2.0.conv2', 'layer3.0.conv2', 'layer4.0.conv2'];
    const inner = [1, 2, 3, 4].flatMap((stage) => [`layer${stage}.0.conv1`, `layer${stage}.1.conv1`]);
    const gone = [...streams, ...inner].map((layer) => goneFilters(pruned, layer).length);
    const total = 3 * (64 + 128 + 256 + 512);
    expect(total - gone.reduce((a, b) => a + b, 0)).toBe(Math.round(0.3 * total));
  });

  it('prunes what an addition couples in all its layers and batch-norms, or in none', () => {
    const network = networkOf({ kind: 'resnet18-cifar' });
    const pruned = pruneChannels(structured('filter-l1', { density: 0.5 }), network);
    const gone = goneFilters(pruned, 'conv1');
    expect(gone).toHaveLength(32);
    for (const layer of ['layer1.0.conv2', 'layer1.1.conv2'])
      expect(goneFilters(pruned, layer)).toEqual(gone);
    for (const name of ['bn1.weight', 'bn1.bias', 'layer1.0.bn2.weight', 'layer1.1.bn2.bias'])
      expect(
        [...pruned.masks.get(name)!.values.keys()].filter((c) => pruned.masks.get(name)!.values[c] === 0),
      ).toEqual(gone);
  });
});

describe('pruneChannels by the scales of batch-norm', () => {
  it('takes the channels of smallest scale network-wide, whatever its sign', () => {
    const { graph, parameters } = networkOf({ kind: 'vgg4-bn' });
    const scales: Readonly<Record<string, number>> = { 'features.1': 0.9, 'features.4': -0.8 };
    const scaled = new Map(
      [...parameters].map(([name, array]) => {
        const scale = scales[name.replace(/\.weight$/, '')] ?? 0.1;
        return [name, name.endsWith('.weight') && array.shape.length === 1 ? filled(array, scale) : array];
      }),
    );
    const pruned = pruneChannels(structured('batchnorm-scale', { density: 0.35 }), {
      graph,
      parameters: scaled,
    });
    const gone = ['features.0', 'features.3', 'features.7', 'features.10'].map(
      (layer) => goneFilters(pruned, layer).length,
    );
    // 384 channels of which 134 stay: all 128 of the first two layers, 6 of the third, and one for the last.
    expect(gone).toEqual([0, 0, 128 - 5, 128 - 1]);
    expect(pruned.warnings).toEqual([expect.stringContaining('features.10')]);
    expect(goneFilters(pruned, 'classifier.0')).toEqual([]);
  });

  it('refuses a network without batch-norm', () => {
    const network = networkOf({ kind: 'cnn-small' });
    expect(() => pruneChannels(structured('batchnorm-scale', { density: 0.5 }), network)).toThrow(BadInput);
  });
});

const filled = ({ shape, values }: { shape: readonly number[]; values: Float32Array }, value: number) => ({
  shape,
  values: new Float32Array(values.length).fill(value),
});
