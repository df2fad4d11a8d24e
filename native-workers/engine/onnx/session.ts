import { createRequire } from 'node:module';
import type { Values, Dtype } from './graph.ts';

/** A tensor as onnxruntime-node takes and gives it. */
export type NativeTensor = {
  readonly type: Dtype;
  readonly dims: readonly number[];
  readonly data: Values;
  readonly location: 'cpu';
};
export type Session = {
  run(feeds: Readonly<Record<string, NativeTensor>>, outputs: readonly string[]): readonly NativeTensor[];
  dispose(): void;
};
export type SessionSettings = {
  /** How many threads one operation may use. */
  readonly threads: number;
  /** Keep memory for intermediate values from run to run: faster, and never given back before the session ends. */
  readonly keepsMemory: boolean;
};

/** Compiles a model for this machine's CPU. */
export function createSession(model: Uint8Array, settings: SessionSettings): Session {
  const { InferenceSession } = loadNativeLibrary();
  const session = new InferenceSession();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, sessionOptions(settings));
  return {
    run: (feeds, outputs) => {
      const fetches = Object.fromEntries(outputs.map((name) => [name, null]));
      const results = session.run(feeds, fetches, {});
      return outputs.map((name) => results[name]!);
    },
    dispose: () => {
      session.dispose();
    },
  };
}

function sessionOptions({ threads, keepsMemory }: SessionSettings): object {
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: keepsMemory,
    enableMemPattern: keepsMemory,
    // Only what is fatal: errors are thrown as well.
    logSeverityLevel: 4,
    extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
  };
}

type NativeSession = {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  run(
    feeds: Readonly<Record<string, NativeTensor>>,
    fetches: Readonly<Record<string, null>>,
    options: object,
  ): Record<string, NativeTensor>;
  dispose(): void;
};
type Binding = { readonly InferenceSession: new () => NativeSession };

/**
 * onnxruntime-node's own binding, whose run is synchronous: its public interface wraps the same call in a
 * promise and a turn of the event loop, which would let tensors change while a program is being assembled.
 * Throws where the library was not built for this machine.
 */
export function loadNativeLibrary(): Binding {
  const require = createRequire(import.meta.url);
  const native = require('onnxruntime-node/dist/binding.js') as {
    readonly binding: Binding;
    initOrt(): void;
  };
  native.initOrt();
  return native.binding;
}
