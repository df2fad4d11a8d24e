import {
  abs,
  add,
  dispose,
  div,
  engine,
  keep,
  mul,
  sum,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { repeated } from '#workers/engine/repeated.ts';
import { forwardInTraining, type TrainingPass } from '#workers/networks/forward.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import {
  isTrained,
  prefixed,
  requireParameter,
  unprefixed,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import { describeLogits } from '#workers/networks/predict.ts';
import { updatedStatistics } from '#workers/networks/running-statistics.ts';
import type { BatchMeasures, Descent, ObjectiveContext } from './objective-rule.ts';

/** What an objective makes of its one pass through the network. */
type Verdict = {
  /** What is minimised, times the number of examples, once summed: a loss per example, and whatever else there is. */
  readonly losses: Tensor1D;
  /** [batch, classes]: whose greatest value is the class that the objective saw. */
  readonly scores: Tensor2D;
  readonly remarks?: Readonly<Record<string, number>>;
};

/** `as` names a weighing that depends on nothing but what it is given, so that an engine may repeat it. */
export type Weigh = ((pass: TrainingPass, labels: Tensor2D) => Verdict) & { readonly as?: string };

/**
 * Passes `points` through the network in training, once, and differentiates the mean loss that `weigh` finds by every
 * trained parameter. `points` may hold several versions of the batch, one after the other; they are disposed here.
 */
export function descend(context: ObjectiveContext, points: Tensor4D, weigh: Weigh): Descent {
  const { graph, parameters, batch } = context;
  const labels = oneHotTensor(batch.labels, graph.classCount);
  let remarks: Verdict['remarks'];
  const compute = (): ParameterTensors => {
    const found = differentiate(context, { points, labels, weigh });
    ({ remarks } = found);
    return found.tensors;
  };
  const tensors = canRepeat(context, weigh)
    ? repeated({
        of: graph,
        as: `descent by ${weigh.as} ${context.scalePenalty}`,
        inputs: { points, labels, ...parameters },
        compute,
      })
    : compute();
  dispose([labels, points]);
  const { loss, scores } = tensors as { readonly loss: Tensor; readonly scores: Tensor2D };
  const measure = async (): Promise<BatchMeasures> => {
    const measures = await measureBatch(loss, scores, batch.labels);
    return { ...measures, remarks: remarks ?? {} };
  };
  return {
    gradients: unprefixed('gradient ', tensors),
    statistics: unprefixed('statistic ', tensors),
    measure,
  };
}

/** What dropout loses is drawn anew for each step. */
function canRepeat({ graph }: ObjectiveContext, weigh: Weigh): boolean {
  return weigh.as !== undefined && graph.nodes.every(({ kind }) => kind !== 'dropout');
}

type Pass = { readonly points: Tensor4D; readonly labels: Tensor2D; readonly weigh: Weigh };

/** `loss`, `scores`, and for each parameter that has one its `gradient …` or its new `statistic …`. */
function differentiate(context: ObjectiveContext, { points, labels, weigh }: Pass) {
  const { graph, parameters, batch } = context;
  const names = Object.keys(parameters).filter(isTrained);
  let held: { readonly pass: TrainingPass; readonly verdict: Verdict } | undefined;
  const { value, grads } = tidy(() => {
    const meanLoss = (): Tensor => {
      const pass = forwardInTraining(graph, parameters, { images: points, chance: dropoutChance(context) });
      const verdict = weigh(pass, labels);
      held = { pass, verdict: { ...verdict, scores: keep(verdict.scores) } };
      return penalized(div(sum(verdict.losses), batch.labels.length), context);
    };
    const trained = names.map((name) => parameters[name]!);
    return engine().gradients(meanLoss, trained);
  });
  const { pass, verdict } = held!;
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  const tensors: ParameterTensors = {
    loss: value,
    scores: verdict.scores,
    ...prefixed('gradient ', gradients),
    ...prefixed('statistic ', updatedStatistics(parameters, pass.seen)),
  };
  return { tensors, remarks: verdict.remarks };
}

/** Disposes both tensors. */
async function measureBatch(loss: Tensor, scores: Tensor2D, labels: Int32Array) {
  const [[mean], values] = await Promise.all([loss.data(), scores.data()]);
  dispose([loss, scores]);
  const { classes } = describeLogits(values as Float32Array, scores.shape[1]);
  const correct = classes.reduce((count, seen, i) => count + Number(seen === labels[i]), 0);
  return { loss: mean!, correct };
}

/** Every version of an example loses the same values, so that versions differ by what was done to them alone. */
export function dropoutChance({ seed, epoch, batch }: ObjectiveContext) {
  const { exampleIds } = batch;
  return (row: number, node: string) =>
    createRandom(seed, 'dropout', epoch, exampleIds[row % exampleIds.length]!, node);
}

/** Network slimming (Liu et al. 2017, equation 1): its subgradient at 0 is 0. */
function penalized(loss: Tensor, { graph, parameters, scalePenalty }: ObjectiveContext): Tensor {
  if (scalePenalty === undefined) return loss;
  const scales = graph.nodes
    .filter(({ kind }) => kind === 'batch-norm')
    .map(({ id }) => requireParameter(parameters, `${id}.weight`));
  return scales.reduce((total, scale) => add(total, mul(sum(abs(scale)), scalePenalty)), loss);
}
