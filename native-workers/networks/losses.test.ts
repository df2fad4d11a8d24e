import { dispose, grad, grads, sum, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { crossEntropy, divergence, margin } from './losses.ts';
import { oneHotTensor } from './one-hot.ts';
import { describeLogits, measureLosses } from './predict.ts';

describe('losses', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine('wasm');
  });
  afterAll(() => {
    engine.dispose();
  });

  async function evaluate(loss: typeof margin, rows: number[][], labels: number[]) {
    const logits = tensor2d(rows);
    const watched = oneHotTensor(Int32Array.from(labels), rows[0]!.length);
    const value = tidy(() => loss(logits, watched));
    const slope = tidy(() => grad((z) => sum(loss(z as Tensor2D, watched)))(logits));
    const result = { value: [...(await value.data())], slope: [...(await slope.data())] };
    dispose([logits, watched, value, slope]);
    expect(engine.memory().tensors).toBe(0);
    return result;
  }

  it('give cross-entropy and softmax minus label', async () => {
    const { value, slope } = await evaluate(crossEntropy, [[0, Math.log(3)]], [0]);
    expect(value[0]).toBeCloseTo(Math.log(4), 6);
    expect(slope[0]).toBeCloseTo(-0.75, 6);
    expect(slope[1]).toBeCloseTo(0.75, 6);
  });

  it('stay finite for logits that overflow an exponential', async () => {
    const { value, slope } = await evaluate(
      crossEntropy,
      [
        [1000, -1000],
        [-1000, 1000],
      ],
      [0, 0],
    );
    expect(value).toEqual([0, 2000]);
    expect(slope.map((entry) => entry + 0)).toEqual([0, 0, -1, 1]);
  });

  it('give the margin of the greatest other logit, and its derivative there only', async () => {
    const { value, slope } = await evaluate(
      margin,
      [
        [5, 2, 4],
        [1, 7, 3],
      ],
      [0, 2],
    );
    expect(value).toEqual([-1, 4]);
    expect(slope).toEqual([-1, 0, 1, 0, 1, -1]);
  });

  it('agree between engine and host', async () => {
    const rows = [
      [0.3, -2, 1.5],
      [4, 4, -1],
    ];
    const { value } = await evaluate(crossEntropy, rows, [1, 0]);
    const logits = Float32Array.from(rows.flat());
    const seen = describeLogits(logits, 3);
    const losses = measureLosses(logits, Int32Array.of(1, 0));
    expect(losses[0]).toBeCloseTo(value[0]!, 5);
    expect(losses[1]).toBeCloseTo(value[1]!, 5);
    expect([...seen.classes]).toEqual([2, 0]);
    expect(seen.confidences[1]).toBeCloseTo(Math.exp(4) / (2 * Math.exp(4) + Math.exp(-1)), 6);
  });

  it('give the divergence of two sets of logits and its slope by both', async () => {
    const [first, second] = [tensor2d([[0, Math.log(3)]]), tensor2d([[1000, 1000]])];
    const value = tidy(() => divergence(first, second));
    const slopes = tidy(() =>
      grads((a, b) => sum(divergence(a as Tensor2D, b as Tensor2D)))([first, second]),
    );
    const truth = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
    expect((await value.data())[0]).toBeCloseTo(truth, 6);
    const [byFirst, bySecond] = await Promise.all(slopes.map((slope) => slope.data()));
    expect(byFirst![0]).toBeCloseTo(0.25 * (Math.log(0.5) - truth), 6);
    expect(byFirst![1]).toBeCloseTo(0.75 * (Math.log(1.5) - truth), 6);
    expect(bySecond![0]).toBeCloseTo(0.25, 6);
    expect(bySecond![1]).toBeCloseTo(-0.25, 6);
    dispose([first, second, value, slopes]);
    expect(engine.memory().tensors).toBe(0);
  });
});
