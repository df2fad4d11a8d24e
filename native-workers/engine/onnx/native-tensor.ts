import type { DeviceBuffer, Dtype, Values } from './graph.ts';

/** A tensor as onnxruntime-node takes and gives it. */
export type NativeTensor = MemoryTensor | DeviceTensor;
type TensorType = { readonly type: Dtype; readonly dims: readonly number[] };
export type MemoryTensor = TensorType & { readonly location: 'cpu'; readonly data: Values };
type DeviceTensor = TensorType & { readonly location: 'gpu-buffer'; readonly gpuBuffer: object };
export type NativeResult = MemoryTensor | (DeviceTensor & DeviceBuffer);
