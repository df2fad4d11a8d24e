import {
  abs,
  matMul,
  reshape,
  sub,
  transpose,
  type Rank,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { centerOf, radiusOf, type Interval } from './interval.ts';

/** The least values [examples, rows] of functionals [examples or 1, rows, ...features] over a box [examples, ...features]. */
export function concretize(functionals: Tensor, box: Interval): Tensor2D {
  const [owners, rows] = functionals.shape as [number, number];
  const examples = box.lower.shape[0];
  if (owners === 1) {
    const shared = reshape(functionals, [rows, -1]);
    const columns = (values: Tensor): Tensor => transpose(reshape(values, [examples, -1]));
    const least = sub(matMul(shared, columns(centerOf(box))), matMul(abs(shared), columns(radiusOf(box))));
    return transpose(least) as Tensor2D;
  }
  const own = reshape(functionals, [owners, rows, -1]);
  const column = (values: Tensor): Tensor => reshape(values, [examples, -1, 1]);
  const least = sub(matMul(own, column(centerOf(box))), matMul(abs(own), column(radiusOf(box))));
  return reshape<Rank.R2>(least, [examples, rows]);
}
