import type { DeviceKind } from '#contract/device.ts';

/** What a kind of device asks of sessions and of the models that they compile. */
export type DeviceRules = {
  /** What onnxruntime computes with. What it has no operator for there, it gives to the processor by itself. */
  readonly providers: readonly (string | Readonly<Record<string, unknown>>)[];
  /** Where results stay: `device` feeds them to the next program without a way through this process's memory. */
  readonly outputs: 'memory' | 'device';
  /** Whether operators that only the processor has are written with others. */
  readonly lowering: 'processor' | 'portable';
};

/**
 * onnxruntime-node binds outputs to a device for WebGPU alone; with the others every program's results come back
 * to memory. One adapter is chosen by the library for WebGPU, the first device for CUDA and DirectML.
 */
export const deviceRules: Readonly<Record<DeviceKind, DeviceRules>> = {
  cpu: { providers: ['cpu'], outputs: 'memory', lowering: 'processor' },
  webgpu: { providers: ['webgpu', 'cpu'], outputs: 'device', lowering: 'portable' },
  cuda: { providers: [{ name: 'cuda', deviceId: 0 }, 'cpu'], outputs: 'memory', lowering: 'portable' },
  dml: { providers: [{ name: 'dml', deviceId: 0 }, 'cpu'], outputs: 'memory', lowering: 'portable' },
  coreml: { providers: ['coreml', 'cpu'], outputs: 'memory', lowering: 'portable' },
};
