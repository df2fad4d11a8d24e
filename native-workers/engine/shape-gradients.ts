import { mul, pad, reshape, slice, sum, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';
import { runKernel } from './run-kernel.ts';

/** Undoes broadcasting: sums over the axes along which `shape` was stretched. */
export function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
  const lead = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(axes.length === 0 ? dy : sum(dy, axes), [...shape]);
}

/** Undoes a sum: every place gets what its sum got. */
export function spread(dy: Tensor, x: Tensor, axis: number | readonly number[] | null | undefined): Tensor {
  const axes = [axis ?? x.shape.map((_, i) => i)].flat().map((i) => (i + x.rank) % x.rank);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return mul(reshape(dy, kept), runKernel('OnesLike', { x }, {}));
}

export function inversePermutation(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** Undoes repetition: the sum over all copies of a value. */
export function folded(dy: Tensor, { shape }: Tensor, repetitions: readonly number[]): Tensor {
  return shape.reduce((left, _size, axis) => {
    const copies = repetitions[axis]!;
    if (copies === 1) return left;
    const before = sizeOf(left.shape.slice(0, axis));
    const once = left.shape.with(axis, shape[axis]!);
    return reshape(sum(reshape(left, [before, copies, -1]), 1), once);
  }, dy);
}

/** Each operand gets back its own stretch of the axis. */
export function concatGradient(
  dy: Tensor,
  operands: readonly Tensor[],
  attributes: NamedAttrMap,
): (() => Tensor)[] {
  const axis = ((attributes['axis'] as number) + dy.rank) % dy.rank;
  let start = 0;
  return operands.map(({ shape }) => {
    const begin = shape.map((_, i) => (i === axis ? start : 0));
    start += shape[axis]!;
    return () => slice(dy, begin, shape);
  });
}

/** Puts what was cut out back in its place, among zeros. */
export function padTo(dy: Tensor, { shape }: Tensor, begin: readonly number[]): Tensor {
  return pad(
    dy,
    shape.map((size, axis) => [begin[axis]!, size - begin[axis]! - dy.shape[axis]!]),
  );
}
