import { describe, expect, it } from 'vitest';
import { startEngine } from './start-engine.ts';

describe('startEngine', () => {
  it.each(['onnx', 'wasm'] as const)('starts %s where it answers as it should', async (kind) => {
    const warnings: string[] = [];
    const started = await startEngine({ engine: kind, threads: 1 }, (reason) => warnings.push(reason));
    expect([started.kind, started.engine.kind]).toEqual([kind, kind]);
    expect(started.engine.memory().tensors).toBe(0);
    expect(warnings).toEqual([]);
    started.engine.dispose();
  });

  it('steps down from an engine that computes something else, and says why', async () => {
    const warnings: string[] = [];
    const started = await startEngine(
      { engine: 'onnx', threads: 1 },
      (reason) => warnings.push(reason),
      () => Promise.reject(new Error('asked for a score, it answered 26 instead of 27.')),
    );
    expect([started.kind, started.engine.kind]).toEqual(['wasm', 'wasm']);
    expect(warnings).toEqual([expect.stringContaining('it answered 26 instead of 27')]);
    started.engine.dispose();
  });
});
