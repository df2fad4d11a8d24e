import type { NetworkGraph } from '#contract/network.ts';
import type { Random } from '#workers/array/random.ts';
import { isPrunable, type ParameterSet } from './parameters.ts';
import { parameterSpecs, sizeOf, type ParameterSpec } from './shapes.ts';

/**
 * New parameters: Kaiming normal (fan-out, He et al. 2015) for conv weights, uniform within 1/sqrt(fan-in) for
 * the rest (PyTorch's default). Each parameter has its own stream, so adding a layer changes no other.
 */
export function initializeParameters(graph: NetworkGraph, random: Random): ParameterSet {
  return new Map(
    parameterSpecs(graph).map((spec) => {
      const values = initialValues(spec, random.derive('initialize', spec.name));
      return [spec.name, { shape: spec.shape, values }];
    }),
  );
}

function initialValues(spec: ParameterSpec, random: Random): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  if (spec.layout.kind === 'conv' && isPrunable(spec.name))
    return random.fillNormal(values, 0, Math.sqrt(2 / spec.fanOut));
  const bound = 1 / Math.sqrt(spec.fanIn);
  return random.fillUniform(values, -bound, bound);
}
