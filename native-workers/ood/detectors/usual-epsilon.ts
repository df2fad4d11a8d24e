import type { NetworkGraph } from '#contract/network.ts';

/** The radius of the linf ball that grey or colour images are usually attacked in (docs/decisions/0021). */
export const usualEpsilon = ({ inputShape }: Pick<NetworkGraph, 'inputShape'>): number =>
  inputShape[2] === 1 ? 0.3 : 8 / 255;
