import {
  conv2d,
  dispose,
  grads,
  matMul,
  relu,
  reshape,
  sum,
  tensor,
  tidy,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

/**
 * Asks the current engine for a convolution, a relu and a product, and their derivatives, all in small whole numbers:
 * it answers exactly, or it cannot compute. What is no number must stay none, or a training that diverged would look
 * sound. Throws where an answer is wrong.
 */
export async function askKnownAnswers(): Promise<void> {
  const operands = [
    tensor([1, -2, 3, 0, 5, -1, 2, 4, -3], [1, 3, 3, 1]),
    tensor([1, -1, 2, 0, 0, 1, -1, 1], [2, 2, 1, 2]),
    tensor([1, 2, -1, 0, 3, 1, 0, -1], [8, 1]),
  ];
  const slopes = grads((...given: Tensor[]) => score(...(given as Operands)))(operands);
  const beyond = tidy(() => relu(tensor([NaN, -Infinity, Infinity, -1])));
  const answers = [tidy(() => score(...(operands as Operands))), ...slopes, beyond];
  try {
    for (const [i, { name, expected }] of known.entries()) {
      const seen = [...(await answers[i]!.data())].join();
      if (seen !== expected.join())
        throw new Error(`asked for ${name}, it answered ${seen} instead of ${expected.join()}.`);
    }
  } finally {
    dispose([...operands, ...answers]);
  }
}

type Operands = [image: Tensor, filter: Tensor, weights: Tensor];

const score = (...[image, filter, weights]: Operands): Tensor => {
  const features = relu(conv2d(image as Tensor4D, filter as Tensor4D, 1, 'valid'));
  return sum(matMul(reshape(features, [1, 8]), weights));
};

/** The convolution is [-8, 4, 5, 6, 6, 6, 6, -4] before the relu. */
const known = [
  { name: 'a score', expected: [27] },
  { name: 'its derivative by the image', expected: [-2, -1, -2, 4, 8, 1, 1, -2, 0] },
  { name: 'its derivative by the filter', expected: [2, 2, 12, 1, 1, 2, 13, 14] },
  { name: 'its derivative by the weights', expected: [0, 4, 5, 6, 6, 6, 6, 0] },
  { name: 'the relu of NaN and infinities', expected: [NaN, 0, Infinity, 0] },
];
