import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { createRandom } from '#workers/array/random.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { initializeParameters } from './initialize.ts';
import {
  disposeTensors,
  fromTensors,
  isPrunable,
  prefixed,
  toMaskTensors,
  toTensors,
  unprefixed,
} from './parameters.ts';
import { predict } from './predict.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 6, 2], 3);
const parameters = initializeParameters(graph, createRandom(1));

describe('parameters in an engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine('wasm');
  });
  afterAll(() => {
    expect(memory().numTensors).toBe(0);
    engine.dispose();
  });

  it('come back to the bit', async () => {
    const tensors = toTensors(graph, parameters);
    expect(await fromTensors(graph, tensors)).toEqual(parameters);
    disposeTensors(tensors);
  });

  it('mean what PyTorch means: a dense weight reads its image by channel, row, column', async () => {
    const flat = buildNetwork({ kind: 'mlp', widths: [2] }, [2, 2, 2], 2);
    const weight = new Float32Array(16);
    weight[1 * 8 + 1 * 4 + 0 * 2 + 1] = 1; // unit 1 reads channel 1, row 0, column 1
    const zero = (shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b)) });
    const tensors = toTensors(
      flat,
      new Map([
        ['fc1.weight', { shape: [2, 8], values: weight }],
        ['fc1.bias', zero([2])],
        ['fc2.weight', { shape: [2, 2], values: Float32Array.of(0, 1, 0, 0) }],
        ['fc2.bias', zero([2])],
      ]),
    );
    const images = Float32Array.of(0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875); // row, column, channel
    const { logits } = await predict({ graph: flat, parameters: tensors, images });
    expect([...logits]).toEqual([0.375, 0]);
    disposeTensors(tensors);
  });

  it('take masks in the same layout as weights', async () => {
    const masks = new Map(
      [...parameters]
        .filter(([name, weights]) => isPrunable(name, weights))
        .map(([name, { shape, values }]) => [
          name,
          { shape, values: Uint8Array.from(values, (v) => Number(v > 0)) },
        ]),
    );
    const tensors = toMaskTensors(graph, masks);
    const back = await fromTensors(graph, tensors);
    expect([...back.keys()]).toEqual(['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight']);
    for (const [name, { values }] of back) expect(Uint8Array.from(values)).toEqual(masks.get(name)!.values);
    disposeTensors(tensors);
  });

  it('lie beside others by a prefix, and are found by it under their own names', () => {
    const tensors = toTensors(graph, parameters);
    const beside = { ...prefixed('of one ', tensors), ...prefixed('of another ', tensors) };
    expect(Object.keys(beside)).toContain('of another fc2.bias');
    const found = unprefixed('of one ', beside);
    expect(Object.keys(found)).toEqual(Object.keys(tensors));
    for (const [name, tensor] of Object.entries(tensors)) expect(found[name]).toBe(tensor);
    disposeTensors(tensors);
  });

  it('are refused when one is missing, foreign or of another shape', () => {
    const without = new Map([...parameters].filter(([name]) => name !== 'fc2.bias'));
    expect(() => toTensors(graph, without)).toThrow('fc2.bias is missing');
    expect(() =>
      toTensors(graph, new Map([...parameters, ['fc9.bias', parameters.get('fc2.bias')!]])),
    ).toThrow('fc9.bias');
    const reshaped = new Map([...parameters, ['fc2.bias', { shape: [4], values: new Float32Array(4) }]]);
    expect(() => toTensors(graph, reshaped)).toThrow('should have shape [3]');
    disposeTensors({});
  });
});
