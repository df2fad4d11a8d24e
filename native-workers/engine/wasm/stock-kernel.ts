import { getKernel, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

type KernelInput = {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: BackendWasm;
};
export type Kernel = (input: KernelInput) => TensorInfo;

/** A kernel that comes with tfjs-backend-wasm. */
export function stockKernel(name: string): KernelConfig {
  const config = getKernel(name, 'wasm');
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- getKernel is typed as if it always found one
  if (!config)
    throw new Error(`Expected tfjs-backend-wasm to have the kernel ${name}; is its version the pinned one?`);
  return config;
}

export function asKernel(config: KernelConfig): Kernel {
  return config.kernelFunc as unknown as Kernel;
}

/** A view of a tensor in the WebAssembly heap; void as soon as anything is allocated, since the heap may move. */
export function heapView(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
