import { neg, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { forwardInTraining, type TrainingPass } from '#workers/networks/forward.ts';
import { batchMoments, type Running } from '#workers/networks/batch-norm.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { disposeStatistics, type SeenStatistics } from '#workers/networks/running-statistics.ts';
import { inputBox } from '#workers/verification/interval.ts';
import { boundIntervals, intervalMargins, type NodeBounds } from '#workers/verification/interval-bounds.ts';
import { marginRows } from '#workers/verification/margin-rows.ts';
import type { BoundedNetwork } from '#workers/verification/network.ts';
import { dropoutChance } from './descend.ts';
import type { ObjectiveContext } from './objective-rule.ts';

/**
 * The network that training bounds: batch-norm is the affine function that the clean batch made of it in this step,
 * and the derivative runs through its statistics too; nothing is dropped (docs/decisions/0015).
 */
export function networkOfPass(
  { graph, parameters }: ObjectiveContext,
  { normalized }: TrainingPass,
): BoundedNetwork {
  const statistics = [...normalized].flatMap(([id, x]) => namedMoments(id, batchMoments(x)));
  return { graph, parameters: { ...parameters, ...Object.fromEntries(statistics) } };
}

/** Lends the same network as numbers, outside any derivative. */
export async function withNetworkOfPass<Result>(
  context: ObjectiveContext,
  use: (network: BoundedNetwork) => Promise<Result>,
): Promise<Result> {
  const { graph, parameters, batch } = context;
  if (!graph.nodes.some(({ kind }) => kind === 'batch-norm')) return use({ graph, parameters });
  let seen: SeenStatistics = new Map();
  tidy(() => {
    const images = imageTensor(graph, batch.images);
    ({ seen } = forwardInTraining(graph, parameters, { images, chance: dropoutChance(context) }));
  });
  const statistics = [...seen].flatMap(([id, moments]) => namedMoments(id, moments));
  try {
    return await use({ graph, parameters: { ...parameters, ...Object.fromEntries(statistics) } });
  } finally {
    disposeStatistics(seen);
  }
}

/** Under the names of the statistics that batch-norm goes by in evaluation. */
const namedMoments = (id: string, { mean, variance }: Running) =>
  [
    [`${id}.running_mean`, mean],
    [`${id}.running_var`, variance],
  ] as const;

/** Intervals of every node over the batch's balls. */
export function boundBatch(
  network: BoundedNetwork,
  { graph, batch }: ObjectiveContext,
  epsilon: number,
): NodeBounds {
  return boundIntervals(network, inputBox(imageTensor(graph, batch.images), epsilon));
}

/** Rows that ask for the label's logit minus every other, and the worst case that such margins leave. */
export const rowsOf = ({ graph, batch }: ObjectiveContext) => marginRows(batch.labels, graph.classCount);

/**
 * Logits at least as bad as any in the ball: 0 for the label, for every other class as much as it may lie above it
 * (Gowal et al. 2018, equation 7, the last layer merged). Cross-entropy sees nothing but such differences.
 */
export const worstLogits = (margins: Tensor2D): Tensor2D => neg(margins);

export const intervalLogits = (
  network: BoundedNetwork,
  bounds: NodeBounds,
  context: ObjectiveContext,
): Tensor2D => worstLogits(intervalMargins(network, bounds, rowsOf(context)));
