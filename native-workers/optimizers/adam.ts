import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import type { Optimizer } from '#contract/objective.ts';
import type { ParameterRule } from './parameter-rule.ts';
import { scaled, withDecay } from './weight-decay.ts';

/** Adam (Kingma & Ba 2015) and, with decoupled decay, AdamW (Loshchilov & Hutter 2019), as PyTorch computes them. */
export function adamRule(settings: Extract<Optimizer, { kind: 'adam' }>): ParameterRule {
  const { beta1, beta2, stabilizer, weightDecay, decay } = settings;
  return {
    slots: ['first-moment', 'second-moment'],
    update: (parameter, gradient, { slots, learningRate, step }) => {
      const pulled = decay === 'coupled' ? withDecay(gradient, parameter, weightDecay) : gradient;
      const shrunk = decay === 'decoupled' ? scaled(parameter, 1 - learningRate * weightDecay) : parameter;
      const first = add(mul(slots['first-moment']!, beta1), mul(pulled, 1 - beta1));
      const second = add(mul(slots['second-moment']!, beta2), mul(square(pulled), 1 - beta2));
      const root = mul(sqrt(second), 1 / Math.sqrt(1 - beta2 ** step));
      const stepSize = learningRate / (1 - beta1 ** step);
      return {
        parameter: sub(shrunk, mul(div(first, add(root, stabilizer)), stepSize)),
        slots: { 'first-moment': first, 'second-moment': second },
      };
    },
  };
}
