import {
  cast,
  customGrad,
  equal,
  exp,
  log,
  max,
  mul,
  reshape,
  sub,
  sum,
  div,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/**
 * Cross-entropy per example, [batch], of logits against one-hot labels, both [batch, classes]. Stable for
 * logits of any size; the derivative is softmax - label, written out.
 */
export function crossEntropy(logits: Tensor2D, oneHotLabels: Tensor2D): Tensor1D {
  const perExample = customGrad((z, save) => {
    const shifted = sub(z as Tensor, max(z as Tensor, 1, true));
    const powers = exp(shifted);
    const total = sum(powers, 1, true);
    (save as (tensors: Tensor[]) => void)([div(powers, total)]);
    const ofLabel = sum(mul(shifted, oneHotLabels), 1);
    return {
      value: sub(reshape(log(total), [-1]), ofLabel),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(reshape(dy, [-1, 1]), sub(saved[0]!, oneHotLabels)),
    };
  });
  return perExample(logits) as Tensor1D;
}

/**
 * Margin per example, [batch]: greatest logit among the other classes minus the label's (Carlini & Wagner 2017).
 * Positive: misclassified. Among equal greatest logits, the derivative is shared.
 */
export function margin(logits: Tensor2D, oneHotLabels: Tensor2D): Tensor1D {
  const perExample = customGrad((z, save) => {
    const others = sub(z as Tensor, mul(oneHotLabels, 1e9));
    const greatest = max(others, 1, true);
    const chosen = cast(equal(others, greatest), 'float32');
    (save as (tensors: Tensor[]) => void)([sub(div(chosen, sum(chosen, 1, true)), oneHotLabels)]);
    return {
      value: sub(reshape(greatest, [-1]), sum(mul(z as Tensor, oneHotLabels), 1)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(reshape(dy, [-1, 1]), saved[0]!),
    };
  });
  return perExample(logits) as Tensor1D;
}
