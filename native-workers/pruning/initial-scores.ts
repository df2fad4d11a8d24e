import type { NetworkGraph } from '#contract/network.ts';
import { parameterSpecs } from '#workers/networks/parameter-specs.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';

/**
 * Scores before they are learned: the weights, scaled so that the largest of a layer has magnitude sqrt(6 / fan-in)
 * (Sehwag et al. 2020, arXiv:2002.10509, equation 4).
 */
export function initialScores(graph: NetworkGraph, parameters: ParameterSet): ParameterSet {
  const weights = parameterSpecs(graph).filter(({ role }) => role === 'weight');
  return new Map(
    weights.map(({ name, shape, fanIn }) => {
      const { values } = parameters.get(name)!;
      const largest = values.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
      const scale = largest === 0 ? 0 : Math.sqrt(6 / fanIn) / largest;
      return [name, { shape, values: values.map((weight) => scale * weight) }];
    }),
  );
}
