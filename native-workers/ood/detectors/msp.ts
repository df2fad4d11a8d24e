import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule } from './detector-rule.ts';
import { largestSoftmax } from './logit-scores.ts';
import { lookAtTaskLogits } from './look-at-logits.ts';
import { taskLogits } from './task-logits.ts';

/** The largest softmax over the task's classes (Hendrycks & Gimpel 2017, arXiv:1610.02136). */
export const msp: DetectorRule<'msp'> = {
  open: (_detector, network) => ({
    look: (images) => lookAtTaskLogits(network, images, (logits) => largestSoftmax(logits, 1)),
    companion: {
      as: 'log of the largest softmax',
      isScore: true,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.logLargestSoftmax(taskLogits(network.graph, logits), 1),
    },
    dispose: () => undefined,
  }),
};
