import '@tensorflow/tfjs-backend-wasm';
import type { Engine } from '../engine.ts';
import { startBackend } from '../start-backend.ts';
import { installKernels } from './kernels.ts';

/** tfjs-backend-wasm reads its own .wasm file from its package; under Node it has SIMD and one thread. */
export async function startWasm(): Promise<Engine> {
  installKernels();
  return startBackend('wasm', { kind: 'wasm', device: 'CPU: WebAssembly with SIMD, 1 thread' });
}
