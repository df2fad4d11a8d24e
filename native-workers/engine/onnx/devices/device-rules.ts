import type { DeviceKind } from '#contract/device.ts';

/** What a kind of device asks of sessions and of the models that they compile. */
export type DeviceRules = {
  readonly name: string;
  /** What onnxruntime computes with. What it has no operator for there, it gives to the processor by itself. */
  readonly providers: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Where results stay: `device` feeds them to the next program without a way through this process's memory. */
  readonly outputs: 'memory' | 'device';
};

/**
 * onnxruntime-node binds outputs to a device for WebGPU alone; with the others every program's results come back
 * to memory. One adapter is chosen by the library for WebGPU, the first device for CUDA and DirectML.
 */
export const deviceRules: Readonly<Record<DeviceKind, DeviceRules>> = {
  cpu: { name: 'CPU', providers: ['cpu'], outputs: 'memory' },
  webgpu: { name: 'WebGPU', providers: ['webgpu', 'cpu'], outputs: 'device' },
  cuda: { name: 'CUDA', providers: [{ name: 'cuda', deviceId: 0 }, 'cpu'], outputs: 'memory' },
  dml: { name: 'DirectML', providers: [{ name: 'dml', deviceId: 0 }, 'cpu'], outputs: 'memory' },
  coreml: { name: 'Core ML', providers: ['coreml', 'cpu'], outputs: 'memory' },
};

/** In words for people, as every attempt records it: `CPU: onnxruntime, 2 threads`, `WebGPU: onnxruntime, NVIDIA H200`. */
export function describeDevice(kind: DeviceKind, { threads, adapter }: DeviceWords): string {
  const processor = threads === 1 ? '1 thread' : `${threads} threads`;
  const detail = kind === 'cpu' ? processor : adapter;
  return [`${deviceRules[kind].name}: onnxruntime`, ...(detail === undefined ? [] : [detail])].join(', ');
}
type DeviceWords = { readonly threads: number; readonly adapter: string | undefined };
