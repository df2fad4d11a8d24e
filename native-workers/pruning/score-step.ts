import { mul, sign } from '@tensorflow/tfjs-core';
import type { Objective } from '#contract/objective.ts';
import { disposeTensors, isTrained, type ParameterTensors } from '#workers/networks/parameters.ts';
import { disposeCarried, type Carried } from '#workers/objectives/carried.ts';
import type { BatchMeasures, ObjectiveContext } from '#workers/objectives/objective-rule.ts';
import { findDescent } from '#workers/objectives/objective.ts';
import { tidyUpdate } from '#workers/objectives/train-step.ts';
import type { OptimizerRule, OptimizerState } from '#workers/optimizers/optimizer.ts';

export type ScoreState = {
  /** With every weight, pruned or not. */
  readonly parameters: ParameterTensors;
  /** One score per prunable weight, under the weight's name. */
  readonly scores: ParameterTensors;
  /** Of the scores, and of the scales and shifts of batch-norm. */
  readonly optimizer: OptimizerState;
  /** Of the objective's own; none before its first step. */
  readonly carried?: Carried | undefined;
};

type ScoreStep = Omit<ObjectiveContext, 'parameters' | 'carried'> & {
  readonly objective: Objective;
  readonly optimizer: OptimizerRule;
  readonly state: ScoreState;
  /** The weights that the network computes with: each times its mask. */
  readonly masked: ParameterTensors;
  readonly learningRate: number;
};

/** What the batch was like before the step. */
type ScoreStepResult = BatchMeasures & { readonly state: ScoreState };

/**
 * One step of learned scores (arXiv:2002.10509): the network computes with the kept weights, and the derivative by a
 * score is that by its kept weight, passed straight through the choice: dL/ds = dL/d(w m) * w * sign(s). Weights and
 * biases stand still; batch-norm is trained. Takes ownership of `state`.
 */
export async function scoreStep(step: ScoreStep): Promise<ScoreStepResult> {
  const { state, masked, optimizer, learningRate } = step;
  const { parameters, scores } = state;
  const { gradients, statistics, carried, measure } = await findDescent(step.objective, {
    ...step,
    parameters: { ...parameters, ...masked },
    carried: state.carried,
  });
  const norms = normParameters(parameters);
  const updated = tidyUpdate(() =>
    optimizer.update({
      parameters: { ...norms, ...scores },
      gradients: { ...gradients, ...scoreGradients(gradients, state) },
      state: state.optimizer,
      learningRate,
    }),
  );
  const moved = pick(updated.parameters, Object.keys(norms));
  const replaced = pick(parameters, Object.keys({ ...moved, ...statistics }));
  for (const old of [gradients, replaced, scores, state.optimizer.slots]) disposeTensors(old);
  disposeCarried(state.carried);
  const after = {
    parameters: { ...parameters, ...moved, ...statistics },
    scores: pick(updated.parameters, Object.keys(scores)),
    optimizer: updated.state,
    carried,
  };
  return { ...(await measure()), state: after };
}

/** What the optimizer of learned scores holds something for. */
export const trainedWithScores = ({
  parameters,
  scores,
}: Omit<ScoreState, 'optimizer' | 'carried'>): ParameterTensors => ({
  ...normParameters(parameters),
  ...scores,
});

const scoreGradients = (gradients: ParameterTensors, { parameters, scores }: ScoreState): ParameterTensors =>
  Object.fromEntries(
    Object.entries(scores).map(([name, score]) => [
      name,
      mul(mul(gradients[name]!, parameters[name]!), sign(score)),
    ]),
  );

/** Scales and shifts of batch-norm. */
function normParameters(parameters: ParameterTensors): ParameterTensors {
  const isOfNorm = (name: string): boolean =>
    `${name.slice(0, name.lastIndexOf('.'))}.running_mean` in parameters;
  return pick(
    parameters,
    Object.keys(parameters).filter((name) => isTrained(name) && isOfNorm(name)),
  );
}

const pick = (tensors: ParameterTensors, names: readonly string[]): ParameterTensors =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));
