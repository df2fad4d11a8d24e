import { add, mul, type Tensor1D } from '@tensorflow/tfjs-core';
import { crossEntropy } from '#workers/networks/losses.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descend, type Weigh } from './descend.ts';
import type { ObjectiveRule } from './objective-rule.ts';
import { between, rampedShare } from './ramps.ts';
import { boundBatch, intervalLogits, networkOfPass } from './training-bounds.ts';

/** Interval bound propagation (Gowal et al. 2018): cross-entropy of the images mixed with that of the worst case. */
export const intervalRule: ObjectiveRule<'interval'> = (objective, context) => {
  const share = rampedShare(objective.ramp, context.position);
  const epsilon = between(0, objective.epsilon, share);
  const naturalShare = between(1, objective.naturalShare, share);
  const weigh: Weigh = (pass, labels) => {
    const network = networkOfPass(context, pass);
    const worst = intervalLogits(network, boundBatch(network, context, epsilon), context);
    const natural = mul(crossEntropy(pass.logits, labels), naturalShare);
    return {
      losses: add<Tensor1D>(natural, mul(crossEntropy(worst, labels), 1 - naturalShare)),
      scores: worst,
      remarks: { epsilon, 'natural-share': naturalShare },
    };
  };
  return Promise.resolve(descend(context, imageTensor(context.graph, context.batch.images), weigh));
};
