import { findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.ts';
import { startBackend } from '../start-backend.ts';
import { OnnxBackend } from './backend.ts';
import { registerKernels } from './kernels/kernels.ts';
import { createPrograms } from './programs.ts';

export type OnnxSettings = {
  /** How many threads one operation may use. */
  readonly threads?: number;
  readonly programBytes?: number;
};

/** An engine as the others are, under its own name. */
export type OnnxEngine = Omit<Engine, 'kind'> & { readonly kind: 'onnx' };

const backendName = 'onnx';
const defaultProgramBytes = 1 << 30;

/** onnxruntime on the CPU: operations are collected and computed together when a value is read. */
export async function startOnnx(settings: OnnxSettings = {}): Promise<OnnxEngine> {
  const threads = settings.threads ?? 1;
  const byteLimit = settings.programBytes ?? defaultProgramBytes;
  const backend = new OnnxBackend(createPrograms({ threads, byteLimit, lowering: {} }));
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- typed as if it always found one
  if (findBackendFactory(backendName)) removeBackend(backendName);
  registerBackend(backendName, () => backend);
  registerKernels(backendName);
  const device = `CPU: onnxruntime, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  const started = await startBackend(backendName, { kind: 'reference', device });
  return {
    ...started,
    kind: 'onnx',
    freeze: (tensors) => {
      for (const tensor of Object.values(tensors)) backend.freeze(tensor.dataId);
    },
    dispose: () => {
      removeBackend(backendName);
    },
  };
}
