import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule } from './detector-rule.ts';
import { maximum } from './logit-scores.ts';
import { lookAtTaskLogits } from './look-at-logits.ts';
import { taskLogits } from './task-logits.ts';

/** The largest logit of the task's classes (Hendrycks et al. 2022, arXiv:1911.11132). */
export const maxLogit: DetectorRule<'max-logit'> = {
  open: (_detector, network) => ({
    look: (images) => lookAtTaskLogits(network, images, maximum),
    companion: {
      as: 'largest logit',
      isScore: true,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.largest(taskLogits(network.graph, logits)),
    },
    dispose: () => undefined,
  }),
};
