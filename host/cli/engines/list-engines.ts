import type { EngineKind } from '#contract/device.ts';
import { findInstallation } from '#host/engines/user-engines.ts';
import { tryNativeLibrary } from '#host/farm/devices/try-native-library.ts';
import { tryTensorflow } from '#host/farm/devices/try-tensorflow.ts';

type ListedEngine = {
  readonly engine: EngineKind;
  /** What executes its operations. */
  readonly library: string;
  readonly state: 'ready' | 'not usable' | 'not installed';
  /** Why it cannot be used, or where it lies; empty when there is nothing to say. */
  readonly remark: string;
};

/** Every engine, and whether it can compute here. */
export function listEngines(): ListedEngine[] {
  const native = tryNativeLibrary();
  return [
    {
      engine: 'onnx',
      library: 'onnxruntime-node',
      ...(native.kind === 'loads'
        ? { state: 'ready', remark: '' }
        : { state: 'not usable', remark: native.reason }),
    },
    { engine: 'wasm', library: '@tensorflow/tfjs-backend-wasm', state: 'ready', remark: '' },
    { engine: 'tensorflow', ...tensorflow() },
  ];
}

function tensorflow(): Omit<ListedEngine, 'engine'> {
  const found = findInstallation();
  const library =
    found.kind === 'installed' ? found.installation.library : 'TensorFlow through @tensorflow/tfjs-node-gpu';
  const tried = tryTensorflow();
  if (tried.kind === 'computes' && found.kind === 'installed')
    return { library, state: 'ready', remark: `installed in ${found.folder}.` };
  const remark = tried.kind === 'unavailable' ? `${tried.reason} ${tried.remedy}` : '';
  return { library, state: found.kind === 'absent' ? 'not installed' : 'not usable', remark };
}
