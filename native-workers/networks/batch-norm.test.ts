import {
  dispose,
  grads,
  memory,
  mul,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { normalizeByBatch, normalizeByRunning } from './batch-norm.ts';
import { updatedStatistics } from './running-statistics.ts';

/** One channel: mean 3, population variance 3.5, unbiased variance 14/3. */
const values = [1, 2, 3, 6];
const affine = () => ({ scale: tensor1d([2]), shift: tensor1d([1]) });
const deviation = Math.sqrt(3.5 + 1e-5);

async function read(tensor: Tensor): Promise<number[]> {
  const held = [...(await tensor.data())];
  tensor.dispose();
  return held;
}

describe('batch-norm', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine('wasm');
  });
  afterAll(() => {
    expect(memory().numTensors).toBe(0);
    engine.dispose();
  });

  it('in training takes off the mean and divides by the deviation of the batch as it is', async () => {
    const x = tensor2d(values, [4, 1]);
    const { scale, shift } = affine();
    const { y, statistics } = tidy(() => normalizeByBatch(x, { scale, shift }));
    const expected = values.map((value) => 1 + (2 * (value - 3)) / deviation);
    for (const [row, value] of (await read(y)).entries()) expect(value).toBeCloseTo(expected[row]!, 6);
    expect(statistics.count).toBe(4);
    expect(await read(statistics.mean)).toEqual([3]);
    expect(await read(statistics.variance)).toEqual([3.5]);
    dispose([x, scale, shift]);
  });

  it('moves running statistics a tenth of the way to the mean and to the unbiased variance', async () => {
    const parameters = { 'bn1.running_mean': tensor1d([0.5]), 'bn1.running_var': tensor1d([2]) };
    const seen = { mean: tensor1d([3]), variance: tensor1d([3.5]), count: 4 };
    const updated = updatedStatistics(parameters, new Map([['bn1', seen]]));
    const [mean] = await read(updated['bn1.running_mean']!);
    const [variance] = await read(updated['bn1.running_var']!);
    expect(mean).toBeCloseTo(0.9 * 0.5 + 0.1 * 3, 6);
    expect(variance).toBeCloseTo(0.9 * 2 + (0.1 * 14) / 3, 6);
    dispose(Object.values(parameters));
  });

  it('in evaluation goes by the running statistics alone', async () => {
    const x = tensor2d([...values, ...values], [4, 2]);
    const scale = tensor1d([2, 1]);
    const shift = tensor1d([1, -1]);
    const running = { mean: tensor1d([1, 0]), variance: tensor1d([4, 0]) };
    const y = tidy(() => normalizeByRunning(x, { scale, shift }, running));
    const seen = await read(y);
    expect(seen[0]).toBeCloseTo(1 + (2 * (1 - 1)) / Math.sqrt(4 + 1e-5), 6);
    expect(seen[2]).toBeCloseTo(1 + (2 * (3 - 1)) / Math.sqrt(4 + 1e-5), 6);
    expect(seen[3]! / (6 / Math.sqrt(1e-5) - 1)).toBeCloseTo(1, 6);
    dispose([x, scale, shift, running.mean, running.variance]);
  });

  it('has the derivative of what it computes, through mean and variance too', async () => {
    const weights = [1, -2, 0.5, 3];
    const lossOf = (at: readonly number[], scale: number, shift: number): number => {
      const mean = at.reduce((a, b) => a + b) / 4;
      const variance = at.reduce((total, value) => total + (value - mean) ** 2, 0) / 4;
      const outputs = at.map((value) => shift + (scale * (value - mean)) / Math.sqrt(variance + 1e-5));
      return outputs.reduce((total, y, i) => total + y * weights[i]!, 0);
    };
    const slope = (f: (by: number) => number): number => (f(1e-5) - f(-1e-5)) / 2e-5;
    const nudged = (i: number, by: number) => values.map((value, at) => (at === i ? value + by : value));

    const operands = [tensor2d(values, [4, 1]), tensor1d([2]), tensor1d([1])] as const;
    const [byX, byScale, byShift] = tidy(() =>
      grads((x: Tensor, scale: Tensor, shift: Tensor) => {
        const { y, statistics } = normalizeByBatch(x, { scale, shift });
        dispose([statistics.mean, statistics.variance]);
        return sum(mul(y, tensor2d(weights, [4, 1])));
      })([...operands]),
    ) as [Tensor, Tensor, Tensor];
    for (const [i, value] of (await read(byX)).entries())
      expect(value).toBeCloseTo(
        slope((by) => lossOf(nudged(i, by), 2, 1)),
        4,
      );
    expect((await read(byScale))[0]).toBeCloseTo(
      slope((by) => lossOf(values, 2 + by, 1)),
      4,
    );
    expect((await read(byShift))[0]).toBeCloseTo(2.5, 5);
    dispose([...operands]);
  });

  it('says that one value per channel cannot be trained on', () => {
    const x = tensor2d([5], [1, 1]);
    const { scale, shift } = affine();
    expect(() => normalizeByBatch(x, { scale, shift })).toThrow('larger batches');
    dispose([x, scale, shift]);
  });
});
