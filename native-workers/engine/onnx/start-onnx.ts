import type { DeviceKind } from '#contract/device.ts';
import { findBackend, registerBackend, removeBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.ts';
import { startBackend } from '../start-backend.ts';
import { OnnxBackend } from './backend.ts';
import { describeDevice } from './devices/device-rules.ts';
import { registerKernels } from './kernels/kernels.ts';
import type { LowerSettings } from './lower/lowered.ts';
import { probeChannelBlock } from './probe.ts';
import { createPrograms } from './programs.ts';

export type OnnxSettings = {
  readonly device?: DeviceKind;
  /** How many threads one operation may use. Counts for the first start; a running engine is used as it is. */
  readonly threads?: number;
  /** What all compiled programs together may take. */
  readonly programBytes?: number;
};

const backendName = 'onnx';
const defaultProgramBytes = 2 ** 30;

/** onnxruntime on the CPU: operations are collected and computed together when a value is read. */
export async function startOnnx(settings: OnnxSettings = {}): Promise<Engine> {
  const { device: kind = 'cpu', threads = 1, programBytes = defaultProgramBytes } = settings;
  const backend = runningBackend() ?? launch({ device: kind, threads, programBytes });
  const device = describeDevice(kind, threads);
  const started = await startBackend(backendName, { kind: 'onnx', device });
  return {
    ...started,
    freeze: (tensors) => {
      for (const tensor of Object.values(tensors)) backend.freeze(tensor.dataId);
    },
    dispose: () => {
      removeBackend(backendName);
    },
  };
}

function runningBackend(): OnnxBackend | undefined {
  const found = findBackend(backendName) as KernelBackend | null;
  return found instanceof OnnxBackend ? found : undefined;
}

function launch({ device, threads, programBytes }: Required<OnnxSettings>): OnnxBackend {
  const lowering = device === 'cpu' ? processorLowering() : { isPortable: true };
  const backend = new OnnxBackend(createPrograms({ device, threads, byteLimit: programBytes, lowering }));
  registerBackend(backendName, () => backend);
  registerKernels(backendName);
  return backend;
}

function processorLowering(): LowerSettings {
  const channelBlock = probeChannelBlock();
  return channelBlock === undefined ? {} : { channelBlock };
}
