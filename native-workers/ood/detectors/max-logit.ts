import { tensorScores } from './climbable-scores.ts';
import type { DetectorRule } from './detector-rule.ts';
import { maximum } from './logit-scores.ts';
import { lookAtLogits } from './look-at-logits.ts';
import { unfitted } from './unfitted.ts';

/** The largest logit (Hendrycks et al. 2022, arXiv:1911.11132). */
export const maxLogit: DetectorRule<'max-logit'> = {
  tunes: false,
  fit: unfitted,
  open: (_detector, network) => ({
    look: (images) => lookAtLogits(network, images, maximum),
    companion: {
      as: 'largest logit',
      isScore: true,
      reads: [],
      inputs: {},
      score: ({ logits }) => tensorScores.largest(logits),
    },
    dispose: () => undefined,
  }),
};
