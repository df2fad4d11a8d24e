import {
  cast,
  customGrad,
  div,
  equal,
  exp,
  log,
  max,
  mul,
  reshape,
  sub,
  sum,
  add,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Scores [batch] of logits [batch, classes] with their derivatives written out. */
export const tensorScores = { largest, softMaximum, logLargestSoftmax };

/** Among equal greatest logits, the derivative is shared. */
function largest(logits: Tensor2D): Tensor1D {
  return climbable(logits, (z) => {
    const greatest = max(z, 1, true);
    return { value: greatest, slope: placeOf(z, greatest) };
  });
}

/** temperature * log(sum(exp(logits / temperature))); the derivative is the softmax. */
function softMaximum(logits: Tensor2D, temperature: number): Tensor1D {
  return climbable(logits, (z) => {
    const greatest = max(z, 1, true);
    const powers = exp(div(sub(z, greatest), temperature));
    const total = sum(powers, 1, true);
    return { value: add(greatest, mul(log(total), temperature)), slope: div(powers, total) };
  });
}

/** temperature * log of the largest softmax of logits / temperature: rises with it, and keeps its digits near 1. */
function logLargestSoftmax(logits: Tensor2D, temperature: number): Tensor1D {
  return climbable(logits, (z) => {
    const greatest = max(z, 1, true);
    const powers = exp(div(sub(z, greatest), temperature));
    const total = sum(powers, 1, true);
    return { value: mul(log(total), -temperature), slope: sub(placeOf(z, greatest), div(powers, total)) };
  });
}

function placeOf(z: Tensor, greatest: Tensor): Tensor {
  const chosen = cast(equal(z, greatest), 'float32');
  return div(chosen, sum(chosen, 1, true));
}

function climbable(
  logits: Tensor2D,
  compute: (z: Tensor) => { readonly value: Tensor; readonly slope: Tensor },
): Tensor1D {
  const perExample = customGrad((z, save) => {
    const { value, slope } = compute(z as Tensor);
    (save as (tensors: Tensor[]) => void)([slope]);
    return {
      value: reshape(value, [-1]),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(reshape(dy, [-1, 1]), saved[0]!),
    };
  });
  return perExample(logits) as Tensor1D;
}
