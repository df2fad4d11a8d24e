import {
  add,
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

/** log(sum(exp(logits))) per example, [batch], stable for logits of any size; the derivative is the softmax. */
export function logSumExp(logits: Tensor2D): Tensor1D {
  const perExample = customGrad((z, save) => {
    const greatest = max(z as Tensor, 1, true);
    const powers = exp(sub(z as Tensor, greatest));
    const total = sum(powers, 1, true);
    (save as (tensors: Tensor[]) => void)([div(powers, total)]);
    return {
      value: reshape(add(log(total), greatest), [-1]),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(reshape(dy, [-1, 1]), saved[0]!),
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

/**
 * Kullback-Leibler divergence KL(p || q) per example, [batch], of the class probabilities p and q that two sets of logits
 * [batch, classes] mean. The derivatives are written out: q - p by the second, p (log p - log q - KL) by the first.
 */
export function divergence(first: Tensor2D, second: Tensor2D): Tensor1D {
  const perExample = customGrad((...given) => {
    const [a, b, save] = given as unknown as [Tensor, Tensor, (tensors: Tensor[]) => void];
    const [logP, logQ] = [logProbabilities(a), logProbabilities(b)];
    const [p, q, apart] = [exp(logP), exp(logQ), sub(logP, logQ)];
    const value = sum(mul(p, apart), 1);
    save([mul(p, sub(apart, reshape(value, [-1, 1]))), sub(q, p)]);
    const along = (dy: Tensor, slope: Tensor): Tensor => mul(reshape(dy, [-1, 1]), slope);
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => saved.map((slope) => along(dy, slope)) };
  });
  return perExample(first, second) as Tensor1D;
}

function logProbabilities(logits: Tensor): Tensor {
  const shifted = sub(logits, max(logits, 1, true));
  return sub(shifted, log(sum(exp(shifted), 1, true)));
}
