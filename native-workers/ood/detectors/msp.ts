import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule } from './detector-rule.ts';
import { largestSoftmax } from './logit-scores.ts';
import { lookAtLogits } from './look-at-logits.ts';
import { unfitted } from './unfitted.ts';

/** The largest softmax (Hendrycks & Gimpel 2017, arXiv:1610.02136). */
export const msp: DetectorRule<'msp'> = {
  tunes: false,
  fit: unfitted,
  open: (_detector, network) => ({
    look: (images) => lookAtLogits(network, images, (logits) => largestSoftmax(logits, 1)),
    companion: {
      as: 'log of the largest softmax',
      isScore: true,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.logLargestSoftmax(logits, 1),
    },
    dispose: () => undefined,
  }),
};
