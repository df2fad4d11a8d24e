import type { Tensor } from '@tensorflow/tfjs-core';
import type { RuleContext } from './rule.ts';

export function parameterOf(
  node: { readonly id: string },
  part: string,
  { parameters }: RuleContext,
): Tensor {
  const name = `${node.id}.${part}`;
  const tensor = parameters[name];
  if (!tensor)
    throw new Error(`The parameter ${name} is missing. Were these parameters made for another network?`);
  return tensor;
}
