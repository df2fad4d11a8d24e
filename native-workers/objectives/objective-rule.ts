import type { NetworkGraph } from '#contract/network.ts';
import type { Objective, ObjectiveKind } from '#contract/objective.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { StepPosition } from '#workers/optimizers/schedules.ts';
import type { Batch } from './batch.ts';
import type { Carried } from './carried.ts';

export type ObjectiveContext = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly batch: Batch;
  /** With an example's id and the epoch they derive its chance, so random starts differ from epoch to epoch. */
  readonly seed: number;
  readonly epoch: number;
  /** Ramps and mixing weights are functions of it; they need not be carried. Left out: every ramp is over. */
  readonly position?: StepPosition;
  /** Weight of the L1 norm of all batch-norm scales, added to the loss; left out: none. */
  readonly scalePenalty?: number;
  /** What this objective's descent before this one, in the same stage, carried on; it stays the caller's. */
  readonly carried?: Carried | undefined;
};

/** What an objective asks of one batch. Nothing need be computed yet: who steps reads when the step is asked for too. */
export type Descent = {
  /** One per trained parameter, owned by the caller. */
  readonly gradients: ParameterTensors;
  /** The running statistics of batch-norm after this batch, owned by the caller; none without batch-norm. */
  readonly statistics: ParameterTensors;
  /** For the objective's next descent, owned by the caller; none where it carries nothing. */
  readonly carried?: Carried | undefined;
  /** Reads what the batch was like; to be called once. */
  readonly measure: () => Promise<BatchMeasures>;
};
export type BatchMeasures = {
  /** Mean over the batch of what the objective minimises. */
  readonly loss: number;
  /** How many examples were classified correctly, as the objective saw them: attacked, noisy, or over a whole ball. */
  readonly correct: number;
  /** What else the objective says of its step, by the last word of a metric's name: `epsilon` for `train.epsilon`. */
  readonly remarks: Readonly<Record<string, number>>;
};
export type LossAndGradients = BatchMeasures & Omit<Descent, 'measure'>;

export type ObjectiveOf<Kind extends ObjectiveKind> = Extract<Objective, { kind: Kind }>;

export type ObjectiveRule<Kind extends ObjectiveKind> = (
  objective: ObjectiveOf<Kind>,
  context: ObjectiveContext,
) => Promise<Descent>;
