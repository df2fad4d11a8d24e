import { mul, tidy } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import {
  disposeTensors,
  toMaskTensors,
  type ParameterSet,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import type { MaskTarget } from './choose-kept.ts';
import { chooseWeights } from './choose-weights.ts';

type Scored = { readonly parameters: ParameterTensors; readonly scores: ParameterSet };

/** The weights times the mask of their largest scores in magnitude; new tensors, owned by the caller. */
export function maskByScores(
  graph: NetworkGraph,
  target: MaskTarget,
  { parameters, scores }: Scored,
): ParameterTensors {
  const chosen = chooseWeights(target, scores, (_name, { values }) => values.map(Math.abs));
  const masks = toMaskTensors(graph, chosen.masks);
  const masked = tidy(() =>
    Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, mul(parameters[name]!, mask)])),
  );
  disposeTensors(masks);
  return masked;
}
