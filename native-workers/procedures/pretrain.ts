import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { Procedure } from './procedure.ts';
import { train } from './train.ts';
import { planWeights } from './training-plan.ts';

/** Trains a network from new weights. */
export const pretrain: Procedure<'pretrain'> = (context) => {
  const { network, seed } = context.recipe;
  const origin = () => ({
    graph: network,
    parameters: initializeParameters(network, createRandom(seed, 'initialize')),
    masks: new Map(),
  });
  return train(context, planWeights(context, origin));
};
