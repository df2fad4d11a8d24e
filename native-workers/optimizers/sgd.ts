import { add, mul, sub } from '@tensorflow/tfjs-core';
import type { Optimizer } from '#contract/objective.ts';
import type { ParameterRule } from './parameter-rule.ts';
import { withDecay } from './weight-decay.ts';

/**
 * Stochastic gradient descent as PyTorch's torch.optim.SGD: momentum without dampening, Nesterov's form on wish.
 * Coupled decay adds to the gradient; decoupled decay shrinks the weight by learningRate * weightDecay.
 */
export function sgdRule(
  settings: Extract<Optimizer, { kind: 'sgd' }>,
): ParameterRule<'learningRate' | 'kept'> {
  const { momentum, nesterov, weightDecay, decay } = settings;
  const shrinks = decay === 'decoupled' && weightDecay > 0;
  return {
    slots: momentum > 0 ? ['momentum'] : [],
    rates: ({ learningRate }) => ({ learningRate, kept: 1 - learningRate * weightDecay }),
    update: (parameter, gradient, { slots, rates }) => {
      const pulled = decay === 'coupled' ? withDecay(gradient, parameter, weightDecay) : gradient;
      const shrunk = shrinks ? mul(parameter, rates.kept) : parameter;
      const velocity = momentum > 0 ? add(mul(slots['momentum']!, momentum), pulled) : pulled;
      const direction = momentum > 0 && nesterov ? add(pulled, mul(velocity, momentum)) : velocity;
      return {
        parameter: sub(shrunk, mul(direction, rates.learningRate)),
        slots: momentum > 0 ? { momentum: velocity } : {},
      };
    },
  };
}
