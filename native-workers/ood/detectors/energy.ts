import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule } from './detector-rule.ts';
import { softMaximum } from './logit-scores.ts';
import { lookAtTaskLogits } from './look-at-logits.ts';
import { taskLogits } from './task-logits.ts';

/** Minus the free energy of the logits of the task's classes (Liu et al. 2020, arXiv:2010.03759, equation 4). */
export const energy: DetectorRule<'energy'> = {
  open: ({ temperature }, network) => ({
    look: (images) => lookAtTaskLogits(network, images, (logits) => softMaximum(logits, temperature)),
    companion: {
      as: `energy at ${temperature}`,
      isScore: true,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.softMaximum(taskLogits(network.graph, logits), temperature),
    },
    dispose: () => undefined,
  }),
};
