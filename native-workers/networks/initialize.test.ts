import { expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from './initialize.ts';

const graph = buildNetwork({ kind: 'cnn-large' }, [32, 32, 3], 10);
const parameters = initializeParameters(graph, createRandom(1));
const valuesOf = (name: string): Float32Array => parameters.get(name)!.values;

it('draws conv weights with variance 2 / fan-out', () => {
  const values = valuesOf('conv4.weight'); // 64 filters of 4x4 over 64 channels
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(variance * 64 * 16).toBeCloseTo(2, 1);
});

it('keeps dense weights and all biases within 1 / sqrt(fan-in), and uses the whole of it', () => {
  for (const [name, fanIn] of [
    ['fc1.weight', 4096],
    ['fc1.bias', 4096],
    ['conv2.bias', 512],
  ] as const) {
    const greatest = Math.max(...valuesOf(name).subarray(0, 1000).map(Math.abs));
    expect(greatest * Math.sqrt(fanIn)).toBeLessThanOrEqual(1 + 1e-6);
    expect(greatest * Math.sqrt(fanIn)).toBeGreaterThan(0.8);
  }
});

it('gives a layer the same weights in another network where its shape is the same', () => {
  const other = initializeParameters(buildNetwork({ kind: 'cnn-large' }, [32, 32, 3], 7), createRandom(1));
  expect(other.get('fc2.weight')).toEqual(parameters.get('fc2.weight'));
  expect(other.get('fc3.weight')!.shape).toEqual([7, 512]);
});
