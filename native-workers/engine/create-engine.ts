import type { Engine, EngineKind, EngineOptions } from './engine.ts';

/** Starts an engine and makes it the one that tfjs-core operations of this process run on. */
export async function createEngine(kind: EngineKind, options: EngineOptions = {}): Promise<Engine> {
  throw new Error(`Not yet written (${kind}, ${options.threads ?? 1} threads).`);
}
