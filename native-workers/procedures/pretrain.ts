import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { Procedure } from './procedure.ts';
import { train } from './train.ts';

/** Trains a network from new weights. */
export const pretrain: Procedure<'pretrain'> = (context) => {
  const { network, seed } = context.recipe;
  return train(context, () => ({
    graph: network,
    parameters: initializeParameters(network, createRandom(seed, 'initialize')),
    masks: new Map(),
  }));
};
