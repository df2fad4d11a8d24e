import { add, mul, type Tensor } from '@tensorflow/tfjs-core';

/** The gradient of weightDecay / 2 * |w|² added. */
export function withDecay(gradient: Tensor, parameter: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
}
