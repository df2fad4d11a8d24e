import {
  div,
  dispose,
  engine,
  keep,
  sum,
  tidy,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import type { Objective, ObjectiveKind } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { randomStarts } from '#workers/attacks/random-start.ts';
import { climb } from '#workers/attacks/trajectory.ts';
import { forwardInTraining } from '#workers/networks/forward.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { isTrained, type ParameterTensors } from '#workers/networks/parameters.ts';
import { describeLogits, imageTensor } from '#workers/networks/predict.ts';
import { updatedStatistics, type SeenStatistics } from '#workers/networks/running-statistics.ts';
import type { StepPosition } from '#workers/optimizers/schedules.ts';
import type { Batch } from './batch.ts';

export type ObjectiveContext = {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly batch: Batch;
  /** With an example's id and the epoch they derive its chance, so random starts differ from epoch to epoch. */
  readonly seed: number;
  readonly epoch: number;
  /** Ramps and mixing weights are functions of it, and carry nothing from step to step. Left out: every ramp is over. */
  readonly position?: StepPosition;
};

/** What an objective asks of one batch. Nothing need be computed yet: who steps reads when the step is asked for too. */
export type Descent = {
  /** One per trained parameter, owned by the caller. */
  readonly gradients: ParameterTensors;
  /** The running statistics of batch-norm after this batch, owned by the caller; none without batch-norm. */
  readonly statistics: ParameterTensors;
  /** Reads what the batch was like; to be called once. */
  measure(): Promise<BatchMeasures>;
};
type BatchMeasures = {
  /** Mean over the batch of what the objective minimises. */
  readonly loss: number;
  /** How many examples were classified correctly, as the objective saw them: attacked, if it attacks. */
  readonly correct: number;
};
export type LossAndGradients = BatchMeasures & Omit<Descent, 'measure'>;

type ObjectiveRule<Kind extends ObjectiveKind> = (
  objective: Extract<Objective, { kind: Kind }>,
  context: ObjectiveContext,
) => Promise<Descent>;

const rules: { readonly [Kind in 'natural' | 'adversarial']: ObjectiveRule<Kind> } = {
  natural: (_objective, context) =>
    Promise.resolve(descend(context, imageTensor(context.graph, context.batch.images))),
  adversarial: async (objective, context) => descend(context, await adversarialPoints(objective, context)),
};

/** What one objective says about one batch. Parameters stay the caller's. */
export async function lossAndGradients(
  objective: Objective,
  context: ObjectiveContext,
): Promise<LossAndGradients> {
  const { gradients, statistics, measure } = await findDescent(objective, context);
  return { gradients, statistics, ...(await measure()) };
}

/** As `lossAndGradients`, before anything is read. */
export async function findDescent(objective: Objective, context: ObjectiveContext): Promise<Descent> {
  const rule = (rules as Partial<Record<ObjectiveKind, unknown>>)[
    objective.kind
  ] as ObjectiveRule<ObjectiveKind>;
  return rule(objective, context);
}

/**
 * The last iterate of PGD on the cross-entropy (Madry et al. 2018), owned by the caller. It attacks the network in
 * evaluation (docs/decisions/0009): one example's attack then depends on no other's.
 */
async function adversarialPoints(
  objective: Extract<Objective, { kind: 'adversarial' }>,
  { graph, parameters, batch, seed, epoch }: ObjectiveContext,
): Promise<Tensor4D> {
  const center = imageTensor(graph, batch.images);
  const streams = Array.from(batch.exampleIds, (id) => createRandom(seed, 'adversarial-start', epoch, id));
  const start = objective.randomStart
    ? imageTensor(graph, randomStarts(batch.images, objective, streams))
    : center.clone();
  const watched = oneHotTensor(batch.labels, graph.classCount);
  const { stepSize, steps } = objective;
  const search = { graph, parameters, center, start, watched, stepSize, steps, ball: objective };
  const last = await climb({ ...search, goal: 'leave', loss: 'cross-entropy' });
  dispose([center, start, watched]);
  return last;
}

/** Mean cross-entropy at `points` (disposed here) in training, and its derivative by every trained parameter. */
function descend(context: ObjectiveContext, points: Tensor4D): Descent {
  const { graph, parameters, batch, seed, epoch } = context;
  const labels = oneHotTensor(batch.labels, graph.classCount);
  const names = Object.keys(parameters).filter(isTrained);
  const chance = (row: number, node: string) =>
    createRandom(seed, 'dropout', epoch, batch.exampleIds[row]!, node);
  let pass: { readonly logits: Tensor2D; readonly seen: SeenStatistics } | undefined;
  const { value, grads } = tidy(() => {
    const meanLoss = (): Tensor => {
      pass = forwardInTraining(graph, parameters, { images: points, chance });
      return div(sum(crossEntropy(keep(pass.logits), labels)), batch.labels.length);
    };
    const trained = names.map((name) => parameters[name]!);
    return engine().gradients(meanLoss, trained);
  });
  const { logits, seen } = pass!;
  const statistics = updatedStatistics(parameters, seen);
  dispose([labels, points]);
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  const measure = (): Promise<BatchMeasures> => measureBatch(value, logits, batch.labels);
  return { gradients, statistics, measure };
}

/** Disposes both tensors. */
async function measureBatch(loss: Tensor, logits: Tensor2D, labels: Int32Array): Promise<BatchMeasures> {
  const [[mean], scores] = await Promise.all([loss.data(), logits.data()]);
  dispose([loss, logits]);
  const { classes } = describeLogits(scores as Float32Array, labels, logits.shape[1]);
  const correct = classes.reduce((count, predicted, i) => count + Number(predicted === labels[i]), 0);
  return { loss: mean!, correct };
}
