import {
  add,
  customGrad,
  div,
  keep,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { batchNorm } from '#contract/network.ts';

/** Per channel (the last axis), [channels] each. */
type Affine = { readonly scale: Tensor; readonly shift: Tensor };
export type Running = { readonly mean: Tensor; readonly variance: Tensor };

/** What a batch was like, per channel. The variance is the population's, over `count` values. */
export type BatchStatistics = {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly count: number;
};

/** Batch-norm in evaluation (Ioffe & Szegedy 2015): an affine function per channel, given by the running statistics. */
export function normalizeByRunning(x: Tensor, { scale, shift }: Affine, { mean, variance }: Running): Tensor {
  const slope = div(scale, sqrt(add(variance, batchNorm.stabilizer)));
  return add(mul(x, slope), sub(shift, mul(mean, slope)));
}

/**
 * Batch-norm in training: by the batch's own mean and variance, through which the derivative runs too. The statistics
 * outlive any tidy around this; they are the caller's.
 */
export function normalizeByBatch(
  x: Tensor,
  { scale, shift }: Affine,
): { readonly y: Tensor; readonly statistics: BatchStatistics } {
  const { axes, count } = batchOf(x);
  if (count < 2)
    throw new RangeError(
      'Batch-norm cannot train on one value per channel, whose variance is 0. Give larger batches.',
    );
  let statistics: BatchStatistics | undefined;
  const normalize = customGrad((...given) => {
    const [input, slope, offset, save] = given as unknown as [Tensor, Tensor, Tensor, Save];
    const { centred, ...moments } = momentsOf(input);
    const [mean, variance] = [keep(moments.mean), keep(moments.variance)];
    statistics = { mean, variance, count };
    const deviation = sqrt(add(variance, batchNorm.stabilizer));
    const steepness = div(slope, deviation);
    save([centred, deviation, steepness]);
    return {
      value: add(mul(centred, steepness), offset),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        batchGradient(dy, saved as [Tensor, Tensor, Tensor], axes, count),
    };
  });
  const y = normalize(x, scale, shift);
  return { y, statistics: statistics! };
}

/** The same mean and variance of what a batch-norm node reads, as functions that a derivative runs through. */
export function batchMoments(x: Tensor): Running {
  const { mean, variance } = momentsOf(x);
  return { mean, variance };
}

function momentsOf(x: Tensor): Running & { readonly centred: Tensor } {
  const { axes, count } = batchOf(x);
  const average = (values: Tensor): Tensor => div(sum(values, axes), count);
  const mean = average(x);
  const centred = sub(x, mean);
  return { mean, centred, variance: average(square(centred)) };
}

/** All axes but the channels', and how many values of one channel they hold. */
function batchOf({ shape }: Tensor): { readonly axes: number[]; readonly count: number } {
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  return { axes, count: axes.reduce((product, axis) => product * shape[axis]!, 1) };
}

type Save = (tensors: Tensor[]) => void;

/**
 * By x, scale and shift; equation block of section 3 of the paper, with the sums taken once and what is the same for a
 * whole channel multiplied before it meets images.
 */
function batchGradient(
  dy: Tensor,
  [centred, deviation, steepness]: readonly [Tensor, Tensor, Tensor],
  axes: number[],
  count: number,
): Tensor[] {
  const byShift = sum(dy, axes);
  const byScale = div(sum(mul(dy, centred), axes), deviation);
  const share = neg(div(steepness, count));
  const common = add(mul(centred, mul(share, div(byScale, deviation))), mul(share, byShift));
  return [add(mul(dy, steepness), common), byScale, byShift];
}
