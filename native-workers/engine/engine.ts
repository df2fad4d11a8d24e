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
  /** What it computes in one of several ways, whose last digits differ; left out: nothing. */
  readonly choices?: EngineChoices;
  memory(): EngineMemory;
  /** Gives back everything; no tensor of this engine may be used afterwards. */
  dispose(): void;
};
export type EngineChoices = {
  /** What was chosen, by what it was chosen for. Words of the engine's own, to be given back to it as they are. */
  readonly taken: () => Readonly<Record<string, string>>;
  /** Begins a stage: these choices come first, instead of those of the stage before. */
  readonly keepTo: (choices: Readonly<Record<string, string>>) => void;
  /** In words for people, what was chosen otherwise than on most machines. */
  readonly remark: () => string | undefined;
};
type EngineMemory = { readonly tensors: number; readonly bytes: number };
