import type { Tensor } from '@tensorflow/tfjs-core';

export type EngineKind = 'onnx' | 'wasm' | 'tensorflow' | 'reference';

/**
 * What executes TensorFlow.js operations in this process. Algorithms call tfjs-core operations and read results
 * only with `await tensor.data()`, so that an engine may postpone the work until then.
 */
export type Engine = {
  readonly kind: EngineKind;
  /** What it computes on, in words for people: `WebAssembly SIMD, 1 thread`. */
  readonly device: string;
  /** A promise that these tensors keep their values until disposed: an engine may specialise on them. */
  freeze(tensors: Readonly<Record<string, Tensor>>): void;
  memory(): EngineMemory;
  /** Gives back everything; no tensor of this engine may be used afterwards. */
  dispose(): void;
};
type EngineMemory = { readonly tensors: number; readonly bytes: number };
