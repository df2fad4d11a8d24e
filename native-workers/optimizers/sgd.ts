import { add, mul, sub } from '@tensorflow/tfjs-core';
import type { Optimizer } from '#contract/objective.ts';
import type { ParameterRule } from './parameter-rule.ts';
import { scaled, withDecay } from './weight-decay.ts';

/**
 * Stochastic gradient descent as PyTorch's torch.optim.SGD: momentum without dampening, Nesterov's form on wish.
 * Coupled decay adds to the gradient; decoupled decay shrinks the weight by learningRate * weightDecay.
 */
export function sgdRule(settings: Extract<Optimizer, { kind: 'sgd' }>): ParameterRule {
  const { momentum, nesterov, weightDecay, decay } = settings;
  return {
    slots: momentum > 0 ? ['momentum'] : [],
    update: (parameter, gradient, { slots, learningRate }) => {
      const pulled = decay === 'coupled' ? withDecay(gradient, parameter, weightDecay) : gradient;
      const shrunk = decay === 'decoupled' ? scaled(parameter, 1 - learningRate * weightDecay) : parameter;
      const velocity = momentum > 0 ? add(mul(slots['momentum']!, momentum), pulled) : pulled;
      const direction = momentum > 0 && nesterov ? add(pulled, mul(velocity, momentum)) : velocity;
      return {
        parameter: sub(shrunk, mul(direction, learningRate)),
        slots: momentum > 0 ? { momentum: velocity } : {},
      };
    },
  };
}
