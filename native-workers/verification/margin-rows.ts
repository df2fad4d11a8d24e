import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';

/** Functionals [examples, classes, classes]: row j of an example is logit of its label minus logit j; zero at the label. */
export function marginRows(labels: Int32Array, classCount: number): Tensor {
  const values = new Float32Array(labels.length * classCount * classCount);
  for (const [example, label] of labels.entries())
    for (let other = 0; other < classCount; other += 1) {
      const row = (example * classCount + other) * classCount;
      values[row + label]! += 1;
      values[row + other]! -= 1;
    }
  return tensor(values, [labels.length, classCount, classCount]);
}

/** Functionals [1, 2 rows, ...features] of one example: the values from `first` on, then their negatives. */
export function signedUnitRows(first: number, rows: number, features: readonly number[]): Tensor {
  const size = sizeOf(features);
  const values = new Float32Array(2 * rows * size);
  for (let row = 0; row < rows; row += 1) {
    values[row * size + first + row] = 1;
    values[(rows + row) * size + first + row] = -1;
  }
  return tensor(values, [1, 2 * rows, ...features]);
}
