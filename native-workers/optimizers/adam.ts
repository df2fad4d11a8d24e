import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import type { Optimizer } from '#contract/objective.ts';
import type { ParameterRule } from './parameter-rule.ts';
import { withDecay } from './weight-decay.ts';

/** Adam (Kingma & Ba 2015) and, with decoupled decay, AdamW (Loshchilov & Hutter 2019), as PyTorch computes them. */
export function adamRule(
  settings: Extract<Optimizer, { kind: 'adam' }>,
): ParameterRule<'stepSize' | 'rootScale' | 'kept'> {
  const { beta1, beta2, stabilizer, weightDecay, decay } = settings;
  const shrinks = decay === 'decoupled' && weightDecay > 0;
  return {
    slots: ['first-moment', 'second-moment'],
    rates: ({ learningRate, step }) => ({
      stepSize: learningRate / (1 - beta1 ** step),
      rootScale: 1 / Math.sqrt(1 - beta2 ** step),
      kept: 1 - learningRate * weightDecay,
    }),
    update: (parameter, gradient, { slots, rates }) => {
      const pulled = decay === 'coupled' ? withDecay(gradient, parameter, weightDecay) : gradient;
      const shrunk = shrinks ? mul(parameter, rates.kept) : parameter;
      const first = add(mul(slots['first-moment']!, beta1), mul(pulled, 1 - beta1));
      const second = add(mul(slots['second-moment']!, beta2), mul(square(pulled), 1 - beta2));
      const root = mul(sqrt(second), rates.rootScale);
      return {
        parameter: sub(shrunk, mul(div(first, add(root, stabilizer)), rates.stepSize)),
        slots: { 'first-moment': first, 'second-moment': second },
      };
    },
  };
}
