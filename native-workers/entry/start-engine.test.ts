import { describe, expect, it } from 'vitest';
import { startEngine } from './start-engine.ts';

const processor = { threads: 1, deviceKind: 'cpu' } as const;

describe('startEngine', () => {
  it.each(['onnx', 'wasm'] as const)('starts %s where it answers as it should', async (kind) => {
    const warnings: string[] = [];
    const started = await startEngine({ ...processor, engine: kind }, (reason) => warnings.push(reason));
    expect([started.kind, started.engine.kind]).toEqual([kind, kind]);
    expect(started.engine.memory().tensors).toBe(0);
    expect(warnings).toEqual([]);
    started.engine.dispose();
  });

  it('steps down from an engine that computes something else, and says why', async () => {
    const warnings: string[] = [];
    const started = await startEngine(
      { ...processor, engine: 'onnx' },
      (reason) => warnings.push(reason),
      () => Promise.reject(new Error('asked for a score, it answered 26 instead of 27.')),
    );
    expect([started.kind, started.engine.kind]).toEqual(['wasm', 'wasm']);
    expect(warnings).toEqual([expect.stringContaining('it answered 26 instead of 27')]);
    started.engine.dispose();
  });

  it('steps down from a device that does not answer to the processor', async () => {
    const warnings: string[] = [];
    const started = await startEngine(
      { engine: 'onnx', threads: 1, deviceKind: 'dml' },
      (reason) => warnings.push(reason),
      // Where this device exists, it fails the question; elsewhere it does not even start.
      () => (warnings.length === 0 ? Promise.reject(new Error('It is lost.')) : Promise.resolve()),
    );
    expect([started.kind, started.engine.device]).toEqual(['onnx', 'CPU: onnxruntime, 1 thread']);
    expect(warnings).toEqual([expect.stringContaining('failed its test on dml, so the processor computes')]);
    started.engine.dispose();
  });
});
