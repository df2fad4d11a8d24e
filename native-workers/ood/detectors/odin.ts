import { div, neg, type Tensor2D } from '@tensorflow/tfjs-core';
import { taskClassCount, type NetworkGraph } from '#contract/network.ts';
import { forward } from '#workers/networks/forward.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { predict } from '#workers/networks/predict.ts';
import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule, WatchedNetwork } from './detector-rule.ts';
import { largestSoftmax } from './logit-scores.ts';
import { lookAtTaskLogits } from './look-at-logits.ts';
import { steppedImages } from './stepped-images.ts';
import { taskLogits } from './task-logits.ts';

/**
 * The largest softmax of logits / T at x - m sign(grad CE(f(x) / T, y^)), y^ the prediction at x (Liang et al. 2018,
 * arXiv:1706.02690, equations 1 and 2). At T = 1000 softmax values of all inputs share their first digits, so the last
 * part is computed in float64. Softmax and prediction are over the task's classes alone. The adaptive attack climbs the
 * score without the input step.
 */
export const odin: DetectorRule<'odin'> = {
  open: ({ temperature, magnitude }, network) => ({
    look: async (images) => {
      const stepped = await stepToPrediction(network, images, { temperature, magnitude });
      return lookAtTaskLogits(network, stepped, (logits) => largestSoftmax(logits, temperature));
    },
    companion: {
      as: `log of the largest softmax at ${temperature}`,
      isScore: magnitude === 0,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.logLargestSoftmax(taskLogits(network.graph, logits), temperature),
    },
    dispose: () => undefined,
  }),
};

async function stepToPrediction(
  { graph, parameters }: WatchedNetwork,
  images: Float32Array,
  { temperature, magnitude }: { readonly temperature: number; readonly magnitude: number },
): Promise<Float32Array> {
  if (magnitude === 0) return images;
  const { logits } = await predict({ graph, parameters, images });
  const predicted = oneHotTensor(taskClasses(graph, logits), taskClassCount(graph));
  try {
    return await steppedImages(graph, images, {
      magnitude,
      score: (points) => {
        const logits = taskLogits(graph, forward(graph, parameters, points));
        return neg(crossEntropy(div<Tensor2D>(logits, temperature), predicted));
      },
    });
  } finally {
    predicted.dispose();
  }
}

/** The first class of the task with the greatest logit, per example. */
function taskClasses(graph: NetworkGraph, logits: Float32Array): Int32Array {
  return Int32Array.from({ length: logits.length / graph.classCount }, (_, row) => {
    const own = logits.subarray(row * graph.classCount, row * graph.classCount + taskClassCount(graph));
    return own.reduce((best, logit, label) => (logit > own[best]! ? label : best), 0);
  });
}
