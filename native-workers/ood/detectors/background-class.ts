import { reshape, slice, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { BadInput } from '#workers/data/bad-input.ts';
import { logSumExp } from '#workers/networks/losses.ts';
import type { DetectorRule, WatchedNetwork } from './detector-rule.ts';
import { softMaximum } from './logit-scores.ts';
import { lookAtLogits } from './look-at-logits.ts';

/** One minus the probability of the background class, the last. */
export const backgroundClass: DetectorRule<'background-class'> = {
  open: (_detector, network) => {
    expectBackground(network);
    return {
      look: (images) => lookAtLogits(network, images, foregroundProbability),
      companion: {
        as: 'log-odds against background',
        isScore: true,
        reads: [],
        inputs: {},
        score: ({ logits }) => foregroundOdds(logits),
      },
      dispose: () => undefined,
    };
  },
};

/** The sum of all other probabilities: 1 - p would lose the digits of what is nearly all background. */
function foregroundProbability(logits: Float64Array): number {
  const others = softMaximum(logits.subarray(0, -1), 1);
  return 1 / (1 + Math.exp(logits.at(-1)! - others));
}

/** Log of the odds: rises with the probability, and has a slope where that is flat. */
function foregroundOdds(logits: Tensor2D) {
  const [count, classes] = logits.shape;
  const others = logSumExp(slice(logits, [0, 0], [count, classes - 1]));
  return sub<ReturnType<typeof logSumExp>>(
    others,
    reshape(slice(logits, [0, classes - 1], [count, 1]), [-1]),
  );
}

function expectBackground({ graph }: WatchedNetwork): void {
  if (graph.background === true) return;
  throw new BadInput(
    `The detector background-class asks a network for its background class, but all ${graph.classCount} classes of ${graph.spec.kind} are the task's.`,
    'Train with objective: background-class, or outlier-adversarial with background: true; or leave the detector out.',
  );
}
