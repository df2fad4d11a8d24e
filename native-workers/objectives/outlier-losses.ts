import { mul, reshape, slice, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { logSumExp } from '#workers/networks/losses.ts';

/** What is wanted of outliers: that all classes are alike, or that they are of the background class, the last. */
export type Wanted = 'alike' | 'background';

/** Cross-entropy of outliers' logits [batch, classes] to what is wanted of them, [batch]. */
export const outlierLosses: Readonly<Record<Wanted, (logits: Tensor2D) => Tensor1D>> = {
  alike: (logits) => sub(logSumExp(logits), mul<Tensor1D>(sum(logits, 1), 1 / logits.shape[1])),
  background: (logits) => {
    const [count, classes] = logits.shape;
    const last = slice(logits, [0, classes - 1], [count, 1]);
    return sub(logSumExp(logits), reshape(last, [-1]));
  },
};

/**
 * KL(uniform || p) of the class probabilities p that logits [batch, classes] mean, [batch]: 0 where all classes are alike;
 * cross-entropy to all classes alike, less its least value, the logarithm of their number.
 */
export const fromUniform = (logits: Tensor2D): Tensor1D =>
  sub(outlierLosses.alike(logits), Math.log(logits.shape[1]));

/** The same as labels: one example's row. */
export const outlierRow: Readonly<Record<Wanted, (classes: number) => number[]>> = {
  alike: (classes) => Array.from({ length: classes }, () => 1 / classes),
  background: (classes) => Array.from({ length: classes }, (_, label) => Number(label === classes - 1)),
};
