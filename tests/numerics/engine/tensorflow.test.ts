import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { tryTensorflow } from '#host/farm/devices/try-tensorflow.ts';
import { tensorflowAbsence } from '../../installed-engines.ts';

/** What the batteries, which this engine joins where it is installed, do not ask. */
describe.skipIf(tensorflowAbsence !== undefined)(
  `the tensorflow engine (${tensorflowAbsence ?? 'installed'})`,
  () => {
    let engine: Engine;
    beforeAll(async () => {
      await createEngine('reference');
      engine = await createEngine('tensorflow');
    });
    afterAll(() => {
      expect(engine.memory()).toEqual({ tensors: 0, bytes: 0 });
      engine.dispose();
    });

    it('computes a known answer in a process of its own', () => {
      expect(tryTensorflow()).toEqual({ kind: 'computes', cuda: false });
    });

    it('names its library, and does not take the gradients of tfjs in place of ours', () => {
      expect(engine.device).toMatch(/^CPU: \S+ \d+\.\d+\.\d+, 1 thread$/);
      expect(tf.getGradient('Tan')).toBeUndefined();
    });

    it.each([0, 1, 2])('adds padding of %d to a fused convolution in pixels', async (pad) => {
      const values = await onBoth(() => {
        const x = tf.reshape<tf.Rank.R4>(tf.range(0, 60), [1, 6, 5, 2]);
        const filter = tf.reshape<tf.Rank.R4>(tf.range(-9, 9), [3, 3, 2, 1]);
        return tf.fused.conv2d({ x, filter, strides: 2, pad, dimRoundingMode: 'floor', bias: tf.tensor1d([-90]), activation: 'relu' }); // prettier-ignore
      });
      expect(values[0]).toEqual(values[1]);
    });

    it('keeps NaN in a step', async () => {
      const y = tf.tidy(() => tf.step(tf.tensor1d([Number.NaN, -1, 0, 2])));
      expect([...(await y.data())]).toEqual([Number.NaN, 0, 0, 1]);
      y.dispose();
    });
  },
);

async function onBoth(compute: () => tf.Tensor): Promise<[number[], number[]]> {
  const seen: number[][] = [];
  for (const backend of ['tensorflow', 'cpu']) {
    await tf.setBackend(backend);
    const result = tf.tidy(compute);
    seen.push([...(await result.data())]);
    result.dispose();
  }
  await tf.setBackend('tensorflow');
  return seen as [number[], number[]];
}
