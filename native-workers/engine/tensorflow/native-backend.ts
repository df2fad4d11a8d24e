import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** The native side of tfjs-node: the numbers by which TensorFlow's C API knows kinds of attributes and values. */
type Binding = {
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_FLOAT: number;
};

/** The backend of tfjs-node: runs an operation of TensorFlow by its name. */
export type NativeBackend = KernelBackend & {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
  executeSingleOutput(
    operation: string,
    attributes: readonly Attribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
};

export type NativeKernel = (call: {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: NativeBackend;
}) => TensorInfo;

type Attribute = {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | readonly number[];
};

export const floats = ({ binding }: NativeBackend, name: string): Attribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

export const whole = ({ binding }: NativeBackend, name: string, value: readonly number[]): Attribute => ({
  name,
  type: binding.TF_ATTR_INT,
  value,
});

export const word = ({ binding }: NativeBackend, name: string, value: string): Attribute => ({
  name,
  type: binding.TF_ATTR_STRING,
  value,
});
