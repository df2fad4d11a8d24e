import { tidy } from '@tensorflow/tfjs-core';
import type { Objective } from '#contract/objective.ts';
import { disposeTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import type { OptimizerRule, OptimizerState, Updated } from '#workers/optimizers/optimizer.ts';
import { disposeCarried, type Carried } from './carried.ts';
import { findDescent } from './objective.ts';
import type { BatchMeasures, ObjectiveContext } from './objective-rule.ts';

export type { Batch } from './batch.ts';

export type TrainingState = {
  readonly parameters: ParameterTensors;
  readonly optimizer: OptimizerState;
  /** Of the objective's own; none before its first step. */
  readonly carried?: Carried | undefined;
};

export type TrainStep = Omit<ObjectiveContext, 'parameters' | 'carried'> & {
  readonly objective: Objective;
  readonly optimizer: OptimizerRule;
  readonly state: TrainingState;
  readonly learningRate: number;
  readonly masks?: ParameterTensors;
};

/** What the batch was like before the step. */
export type TrainStepResult = BatchMeasures & { readonly state: TrainingState };

/**
 * One optimizer step. The loss is read when the step has been asked for, so that an engine may compute both at once.
 * Takes ownership of `state`: its tensors are disposed and new ones returned.
 * A loss that is not finite is returned as it is; whoever trains calls it diverged.
 */
export async function trainStep(step: TrainStep): Promise<TrainStepResult> {
  const { state, optimizer, learningRate, masks } = step;
  const { gradients, statistics, carried, measure } = await findDescent(step.objective, {
    ...step,
    parameters: state.parameters,
    carried: state.carried,
  });
  const { parameters, optimizer: slots } = state;
  const updated = tidyUpdate(() =>
    optimizer.update({ parameters, gradients, state: slots, learningRate, ...(masks && { masks }) }),
  );
  disposeTensors(gradients);
  disposeTrainingState(state);
  const after = { ...updated.parameters, ...statistics };
  return { ...(await measure()), state: { parameters: after, optimizer: updated.state, carried } };
}

export function disposeTrainingState(state: TrainingState): void {
  disposeTensors(state.parameters);
  disposeTensors(state.optimizer.slots);
  disposeCarried(state.carried);
}

/** Frees what an update computed on the way; what it returns stays. */
export function tidyUpdate(update: () => Updated): Updated {
  let step = 0;
  const kept = tidy(() => {
    const { parameters, state } = update();
    step = state.step;
    return { parameters: parameters, slots: state.slots };
  });
  return { parameters: kept.parameters, state: { step, slots: kept.slots } };
}
