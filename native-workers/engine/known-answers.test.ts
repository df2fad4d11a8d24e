import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.ts';
import { askKnownAnswers } from './known-answers.ts';

describe('askKnownAnswers', () => {
  it.each(['onnx', 'wasm', 'reference'] as const)(
    'agrees with %s and leaves nothing behind',
    async (kind) => {
      const engine = await createEngine(kind);
      await askKnownAnswers();
      expect(engine.memory().tensors).toBe(0);
      engine.dispose();
    },
  );

  it('tells an engine whose relu lets everything through', async () => {
    const engine = await createEngine('reference');
    const sound = getKernel('Relu', 'cpu');
    unregisterKernel('Relu', 'cpu');
    registerKernel({ ...getKernel('Identity', 'cpu'), kernelName: 'Relu' });
    await expect(askKnownAnswers()).rejects.toThrow(/asked for a score, it answered .* instead of 27/);
    unregisterKernel('Relu', 'cpu');
    registerKernel(sound);
    expect(engine.memory().tensors).toBe(0);
    engine.dispose();
  });
});
