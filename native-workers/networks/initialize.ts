import type { NetworkGraph } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Random } from '#workers/array/random.ts';
import type { ParameterSet } from './parameters.ts';
import { parameterSpecs, type ParameterSpec } from './parameter-specs.ts';

/**
 * New parameters: Kaiming normal (fan-out, He et al. 2015) for conv weights, uniform within 1/sqrt(fan-in) for
 * dense weights and all biases (PyTorch's default), and batch-norm that changes nothing yet. Each parameter has its
 * own stream, so adding a layer changes no other.
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
  switch (spec.role) {
    case 'weight':
      return spec.layout.kind === 'conv'
        ? random.fillNormal(values, 0, Math.sqrt(2 / spec.fanOut))
        : uniform(values, spec, random);
    case 'bias':
      return uniform(values, spec, random);
    case 'scale':
    case 'running-variance':
      return values.fill(1);
    case 'shift':
    case 'running-mean':
      return values;
  }
}

function uniform(values: Float32Array, { fanIn }: ParameterSpec, random: Random): Float32Array {
  const bound = 1 / Math.sqrt(fanIn);
  return random.fillUniform(values, -bound, bound);
}
