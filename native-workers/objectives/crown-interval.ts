import { add, mul, type Tensor2D } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { activationShapes, sizeOf } from '#contract/network-shapes.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { intervalMargins, type NodeBounds } from '#workers/verification/interval-bounds.ts';
import { outputNode, type BoundedNetwork } from '#workers/verification/network.ts';
import { boundFunctionals } from '#workers/verification/pull-back.ts';
import { descend } from './descend.ts';
import { descendInParts } from './descend-in-parts.ts';
import type { Descent, ObjectiveContext, ObjectiveRule } from './objective-rule.ts';
import { between, rampedShare } from './ramps.ts';
import { boundBatch, networkOfPass, rowsOf, worstLogits } from './training-bounds.ts';

/**
 * CROWN-IBP (Zhang et al. 2020, equation 12): margins are `beta` parts backward linear bounds, whose pre-activations
 * are bounded by intervals, and the rest intervals. When the ramp is over only intervals are left.
 */
export const crownIntervalRule: ObjectiveRule<'crown-interval'> = (objective, context) => {
  const share = rampedShare(objective.ramp, context.position);
  const epsilon = between(0, objective.epsilon, share);
  const beta = between(1, 0, share);
  const descendPart = (part: ObjectiveContext): Descent =>
    descend(part, imageTensor(part.graph, part.batch.images), (pass, labels) => {
      const network = networkOfPass(part, pass);
      const bounds = boundBatch(network, part, epsilon);
      const worst = worstLogits(mixedMargins(network, bounds, { context: part, beta }));
      return { losses: crossEntropy(worst, labels), scores: worst, remarks: { epsilon, beta } };
    });
  return beta === 0
    ? Promise.resolve(descendPart(context))
    : descendInParts(context, examplesPerPart(context.graph), descendPart);
};

/** A backward pass with a derivative keeps about fifty tensors, the widest with a row per class and example. */
function examplesPerPart(graph: NetworkGraph): number {
  const widest = Math.max(...[...activationShapes(graph).values()].map(sizeOf));
  return Math.max(1, Math.floor(valuesPerPart / (widest * graph.classCount)));
}
const valuesPerPart = 2 ** 23;

function mixedMargins(
  network: BoundedNetwork,
  bounds: NodeBounds,
  { context, beta }: { readonly context: ObjectiveContext; readonly beta: number },
): Tensor2D {
  const functionals = rowsOf(context);
  const byIntervals = (): Tensor2D => intervalMargins(network, bounds, functionals);
  if (beta === 0) return byIntervals();
  const at = { node: outputNode(network.graph).id, functionals };
  const byCrown = boundFunctionals(network, at, { bounds, lowerSlope: 'adaptive' });
  if (beta === 1) return byCrown;
  return add(mul(byCrown, beta), mul(byIntervals(), 1 - beta));
}
