import { tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';

/** Float32 [batch, classes], owned by the caller. */
export function oneHotTensor(classes: Int32Array, classCount: number): Tensor2D {
  const values = new Float32Array(classes.length * classCount);
  for (const [row, index] of classes.entries()) values[row * classCount + index] = 1;
  return tensor2d(values, [classes.length, classCount]);
}
