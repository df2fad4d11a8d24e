import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule } from './detector-rule.ts';
import { softMaximum } from './logit-scores.ts';
import { lookAtLogits } from './look-at-logits.ts';
import { unfitted } from './unfitted.ts';

/** Minus the free energy of the logits (Liu et al. 2020, arXiv:2010.03759, equation 4). */
export const energy: DetectorRule<'energy'> = {
  tunes: false,
  fit: unfitted,
  open: ({ temperature }, network) => ({
    look: (images) => lookAtLogits(network, images, (logits) => softMaximum(logits, temperature)),
    companion: {
      as: `energy at ${temperature}`,
      isScore: true,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.softMaximum(logits, temperature),
    },
    dispose: () => undefined,
  }),
};
