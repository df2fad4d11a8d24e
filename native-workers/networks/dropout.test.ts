import { dispose, memory, ones, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { dropValues } from './dropout.ts';

describe('dropout', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine('wasm');
  });
  afterAll(() => {
    expect(memory().numTensors).toBe(0);
    engine.dispose();
  });

  async function dropped(examples: readonly number[], rate: number): Promise<Float32Array[]> {
    const x = ones([examples.length, 50, 40]);
    const y = tidy(() => dropValues(x, rate, (row) => createRandom(1, 'dropout', examples[row]!)));
    const values = (await y.data()) as Float32Array;
    dispose([x, y]);
    return examples.map((_, row) => values.slice(row * 2000, (row + 1) * 2000));
  }

  it('zeroes the given share and scales the rest up, so that the mean stays', async () => {
    const [values] = await dropped([7], 0.2);
    expect([...new Set(values)].sort()).toEqual([0, 1.25]);
    expect(values!.filter((value) => value === 0).length / 2000).toBeCloseTo(0.2, 1);
  });

  it('drops for an example what it drops whatever else is in the batch, and other values for another', async () => {
    const [first, second] = await dropped([7, 8], 0.5);
    const [other, again] = await dropped([3, 7], 0.5);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(second).not.toEqual(first);
  });
});
