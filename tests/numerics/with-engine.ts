import { afterAll, beforeAll, expect } from 'vitest';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';

/** Engines that whole algorithms are tested on. */
export const mainEngines: readonly EngineKind[] = ['onnx', 'wasm'];

/**
 * Around the tests of a `describe`: this engine computes, and after them it holds no tensor. What tests hold longer is
 * disposed in an `afterAll` that stands below this call, because the last hook runs first.
 */
export function withEngine(kind: EngineKind): () => Engine {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(kind);
  });
  afterAll(() => {
    expect(engine.memory()).toEqual({ tensors: 0, bytes: 0 });
    engine.dispose();
  });
  return () => engine;
}
