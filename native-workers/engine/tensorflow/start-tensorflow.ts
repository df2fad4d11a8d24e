import { findBackend, findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import type { DeviceKind } from '#contract/device.ts';
import type { Engine } from '../engine.ts';
import { startBackend } from '../start-backend.ts';
import { readInstallation } from './installation.ts';
import { installKernels } from './kernels.ts';
import { loadPackage } from './load-package.ts';
import type { NativeBackend } from './native-backend.ts';

export type TensorflowSettings = {
  /** How many threads one operation may use. Counts for the first start, as the next does. */
  readonly threads?: number;
  /** `cuda` is the graphics processor that CUDA_VISIBLE_DEVICES names, else the first; anything else the processor. */
  readonly device?: DeviceKind;
};

const backendName = 'tensorflow';

/** TensorFlow's own kernels through tfjs-node, each computed when it is called. */
export async function startTensorflow({
  threads = 1,
  device = 'cpu',
}: TensorflowSettings = {}): Promise<Engine> {
  const { folder, library } = readInstallation();
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- findBackendFactory is typed as if it always found one
  if (!findBackendFactory(backendName)) {
    // The library reads these when it is loaded.
    Object.assign(process.env, nativeSettings(threads, device));
    registerBackend(backendName, loadPackage(folder));
    installKernels();
  }
  // Without a graphics processor the library computes on the processor and says nothing.
  if (device === 'cuda' && !isOnGraphics())
    throw new Error('TensorFlow finds no NVIDIA graphics processor that it can use.');
  const threadCount = threads === 1 ? '1 thread' : `${threads} threads`;
  const words = `${device === 'cuda' ? 'CUDA' : 'CPU'}: ${library}, ${threadCount}`;
  return startBackend(backendName, { kind: 'tensorflow', device: words });
}

const isOnGraphics = (): boolean => (findBackend(backendName) as NativeBackend).isUsingGpuDevice;

function nativeSettings(threads: number, device: DeviceKind): Record<string, string> {
  const { CUDA_VISIBLE_DEVICES = '0' } = process.env;
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    // One graphics processor per worker; -1 hides all.
    CUDA_VISIBLE_DEVICES: device === 'cuda' ? CUDA_VISIBLE_DEVICES : '-1',
    // Else the first worker takes the whole memory of the graphics processor.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // Products with ten bits of precision are no float32.
    NVIDIA_TF32_OVERRIDE: '0',
    TF_DETERMINISTIC_OPS: '1',
    // Errors only.
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
}
