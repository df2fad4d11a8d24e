import { crossEntropy } from '#workers/networks/losses.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { descend, type Weigh } from './descend.ts';
import type { ObjectiveRule } from './objective-rule.ts';

export const naturalRule: ObjectiveRule<'natural'> = (_objective, context) =>
  Promise.resolve(descend(context, imageTensor(context.graph, context.batch.images), classification));

const crossEntropies: Weigh = ({ logits }, labels) => ({
  losses: crossEntropy(logits, labels),
  scores: logits,
});

/** Cross-entropy of what the network made of its images. */
export const classification: Weigh = Object.assign(crossEntropies, { as: 'cross-entropy' });
