import { createRequire } from 'node:module';
import type { DeviceKind } from '#contract/device.ts';
import { deviceRules } from './devices/device-rules.ts';
import { createResults } from './devices/results.ts';
import type { NativeResult, NativeTensor } from './native-tensor.ts';

export type Session = {
  run(feeds: Readonly<Record<string, NativeTensor>>, outputs: readonly string[]): readonly NativeResult[];
  /** How many results of its runs lie on the device. */
  readonly resultCount: number;
  /** Once no result of it lies on the device any more. */
  disposeWhenFree(): void;
  /** With every result of it that lies on the device. */
  dispose(): void;
};
export type SessionSettings = {
  /** How many threads one operation may use. */
  readonly threads: number;
  /** Keep memory for intermediate values from run to run: faster, and never given back before the session ends. */
  readonly keepsMemory: boolean;
  readonly device: DeviceKind;
  /** Where results are wanted; a device's rules say what it can. */
  readonly outputs: 'memory' | 'device';
};

/** Compiles a model for a device. */
export function createSession(model: Uint8Array, settings: SessionSettings): Session {
  const { InferenceSession } = loadNativeLibrary();
  const session = new InferenceSession();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, sessionOptions(settings));
  const results = createResults(() => {
    session.dispose();
  });
  return {
    run: (feeds, outputs) => {
      const fetches = Object.fromEntries(outputs.map((name) => [name, null]));
      const computed = session.run(feeds, fetches, {});
      return outputs.map((name) => results.held(computed[name]!));
    },
    get resultCount() {
      return results.count;
    },
    disposeWhenFree: results.endWhenFree,
    dispose: results.endNow,
  };
}

function sessionOptions({ threads, keepsMemory, device, outputs }: SessionSettings): object {
  const rules = deviceRules[device];
  return {
    executionProviders: rules.providers,
    ...(outputs === 'device' && rules.outputs === 'device' && { preferredOutputLocation: 'gpu-buffer' }),
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
  ): Record<string, NativeResult>;
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
