import * as tf from '@tensorflow/tfjs-core';

/** Values in a fixed irregular order, between -1 and 1; every seventh is 0 and every fifth is repeated. */
export function made(shape: readonly number[], offset = 0): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, (_, i) => {
    const place = i % 5 === 4 ? i - 1 : i;
    return i % 7 === 3
      ? 0
      : Math.sin((place + 1) * 12.9898 + offset * 4.1414) * Math.cos(place * 0.37 + offset);
  });
  return tf.tensor(values, [...shape]);
}

export const positive = (shape: readonly number[]): tf.Tensor => tf.add(tf.abs(made(shape)), 0.25);
export const whole = (shape: readonly number[], below: number): tf.Tensor =>
  tf.cast(tf.floor(tf.mul(tf.abs(made(shape)), below)), 'int32');
export const edges = (): tf.Tensor =>
  tf.tensor1d([NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-30, -1e-30, 1e30, -1e30, 0.5, -0.5, 1.5, 2.5]);

export const runKernel = (
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object = {},
): tf.Tensor => tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
