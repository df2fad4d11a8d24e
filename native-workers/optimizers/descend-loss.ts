import { engine, keep, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { repeated } from '#workers/engine/repeated.ts';
import { disposeTensors, prefixed, unprefixed, type ParameterTensors } from '#workers/networks/parameters.ts';
import type { OptimizerRule, Updated } from './optimizer.ts';

/** A step of a network that learns something of its own, apart from what a stage trains; it has no batch-norm and no dropout. */
type LossStep = {
  /** See engine/repeated.ts; `as` names every number that the loss depends on. */
  readonly of: object;
  readonly as: string;
  /** Every tensor that the loss depends on, but for the parameters. */
  readonly given: ParameterTensors;
  /** `loss` is minimised, a mean over the batch; the others are told. */
  readonly measure: (parameters: ParameterTensors) => LossMeasures;
  readonly learningRate: number;
};
export type LossMeasures = { readonly loss: Scalar; readonly [other: string]: Scalar };

/**
 * One step of an optimizer down the slope of a loss. Parameters, slots and measures, those of before the step, are new
 * tensors; what is given stays the caller's.
 */
export function descendLoss(
  optimizer: OptimizerRule,
  { parameters, state }: Updated,
  step: LossStep,
): Updated & { readonly measures: LossMeasures } {
  const { gradients, measures } = differentiate(parameters, step);
  const updated = optimizer.update({ parameters, gradients, state, learningRate: step.learningRate });
  disposeTensors(gradients);
  return { ...updated, measures };
}

function differentiate(parameters: ParameterTensors, { of, as, given, measure }: LossStep) {
  const names = Object.keys(parameters);
  const compute = (): ParameterTensors => {
    let others: ParameterTensors = {};
    const meanLoss = (): Scalar => {
      const { loss, ...told } = measure(parameters);
      others = told;
      for (const other of Object.values(told)) keep(other);
      return loss;
    };
    const { value, grads } = engine().gradients(
      meanLoss,
      names.map((name): Tensor => parameters[name]!),
    );
    const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
    return { ...prefixed('measure ', { loss: value, ...others }), ...prefixed('gradient ', gradients) };
  };
  const outputs = repeated({ of, as, inputs: { ...given, ...parameters }, compute });
  return {
    gradients: unprefixed('gradient ', outputs),
    measures: unprefixed('measure ', outputs) as LossMeasures,
  };
}
