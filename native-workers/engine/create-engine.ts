import type { DeviceKind } from '#contract/device.ts';
import type { Engine, EngineKind } from './engine.ts';
import type { Tuning } from './onnx/tuning/start-tuner.ts';

type EngineSettings = {
  /** What `onnx` computes on; the processor when left out. */
  readonly device?: DeviceKind;
  /** What that device is called, for people. */
  readonly adapter?: string;
  /** How many threads one operation may use, where the engine has more than one. */
  readonly threads?: number;
  /** Lets `onnx` measure what is fastest on this machine; left out: it goes by rules that hold for most. */
  readonly tuning?: Tuning;
};

/** Starts an engine and makes it the one that the TensorFlow.js operations of this process run on. */
export async function createEngine(kind: EngineKind, settings: EngineSettings = {}): Promise<Engine> {
  switch (kind) {
    case 'onnx':
      return (await import('./onnx/start-onnx.ts')).startOnnx(settings);
    case 'wasm':
      return (await import('./wasm/start-wasm.ts')).startWasm();
    case 'tensorflow':
      return (await import('./tensorflow/start-tensorflow.ts')).startTensorflow(settings);
    case 'reference':
      return (await import('./reference/start-reference.ts')).startReference();
  }
}
