import type { Engine, EngineKind } from './engine.ts';

/** Starts an engine and makes it the one that the TensorFlow.js operations of this process run on. */
export async function createEngine(kind: EngineKind): Promise<Engine> {
  switch (kind) {
    case 'onnx':
      return (await import('./onnx/start-onnx.ts')).startOnnx();
    case 'wasm':
      return (await import('./wasm/start-wasm.ts')).startWasm();
    case 'reference':
      return (await import('./reference/start-reference.ts')).startReference();
  }
}
