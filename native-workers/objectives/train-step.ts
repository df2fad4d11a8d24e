import type { NetworkGraph } from '#contract/network.ts';
import type { Objective } from '#contract/objective.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { OptimizerRule, OptimizerState } from '#workers/optimizers/optimizer.ts';

/** One mini-batch. Images [batch, height, width, channels] in [0, 1], flat; ids name examples within the dataset. */
export type Batch = {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly exampleIds: Uint32Array;
};

export type TrainingState = { readonly parameters: ParameterTensors; readonly optimizer: OptimizerState };

export type TrainStep = {
  readonly graph: NetworkGraph;
  readonly objective: Objective;
  readonly optimizer: OptimizerRule;
  readonly state: TrainingState;
  readonly batch: Batch;
  readonly learningRate: number;
  readonly masks?: ParameterTensors;
  /** Together with an example's id they derive its chance: random starts differ from epoch to epoch. */
  readonly seed: number;
  readonly epoch: number;
};

export type TrainStepResult = {
  readonly state: TrainingState;
  /** Mean over the batch of what the objective minimised. */
  readonly loss: number;
  /** How many examples of the batch were classified correctly, as the objective saw them (attacked, if it attacks). */
  readonly correct: number;
};

/**
 * One optimizer step. Takes ownership of `state`: its tensors are disposed and new ones returned.
 * A loss or gradient that is not finite is returned as it is; whoever trains calls it diverged.
 */
export async function trainStep(step: TrainStep): Promise<TrainStepResult> {
  throw new Error(`Not yet written (${step.objective.kind}).`);
}
