import { add, concat, mul, slice, type Tensor2D } from '@tensorflow/tfjs-core';

/** Every class alike, [batch, classes] as `labels`. */
export const alike = (labels: Tensor2D): Tensor2D => add(mul(labels, 0), 1 / labels.shape[1]);

/** The last class for every example, [batch, classes] as `labels`. */
export function background(labels: Tensor2D): Tensor2D {
  const [count, classes] = labels.shape;
  const others = slice(labels, [0, 0], [count, classes - 1]);
  const last = slice(labels, [0, classes - 1], [count, 1]);
  return concat([mul(others, 0), add(mul(last, 0), 1)], 1);
}
