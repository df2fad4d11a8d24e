import { abs, add, mul, sub, sum, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { sourcesOf } from '#contract/network.ts';
import { centerOf, radiusOf, type Interval } from './interval.ts';
import { contextOf, innerNodes, inputNode, outputNode, type BoundedNetwork } from './network.ts';
import { concretize } from './concretize.ts';
import { ruleOf } from './rules/rules.ts';

/** By node id. */
export type NodeBounds = Readonly<Record<string, Interval>>;

/** Bounds of every node by interval arithmetic from the input box on (IBP, Gowal et al. 2018). */
export function boundIntervals(network: BoundedNetwork, box: Interval): NodeBounds {
  const context = contextOf(network);
  const bounds: Record<string, Interval> = { [inputNode(network.graph)]: box };
  for (const node of innerNodes(network.graph)) {
    const inputs = sourcesOf(node).map((id) => bounds[id]!);
    bounds[node.id] = ruleOf(node).boundInterval(node, inputs, context);
  }
  return bounds;
}

/**
 * Lower bounds [examples, rows] of functionals [examples, rows, classes] of the logits. The last layer, where affine,
 * is merged with the functionals before the interval product: that loses less than bounding each logit.
 */
export function intervalMargins(network: BoundedNetwork, bounds: NodeBounds, functionals: Tensor): Tensor2D {
  const output = outputNode(network.graph);
  const rule = ruleOf(output);
  const inputs = sourcesOf(output).map((id) => bounds[id]!);
  if (!rule.isAffine || inputs.length !== 1) return concretize(functionals, bounds[output.id]!);
  const pulled = rule.pullBack(output, functionals, {
    ...contextOf(network),
    inputs,
    lowerSlope: 'adaptive',
  });
  const margins = concretize(pulled.functionals[0]!, inputs[0]!);
  return pulled.constant === undefined ? margins : add(margins, pulled.constant);
}

/** The plain form, one logit at a time: lower(label) - upper(class), [examples, classes], 0 at the label. */
export function plainMargins(network: BoundedNetwork, bounds: NodeBounds, oneHot: Tensor2D): Tensor2D {
  const { lower, upper } = bounds[outputNode(network.graph).id]!;
  return mul(sub(sum(mul(lower, oneHot), 1, true), upper), sub(1, oneHot));
}

/** [examples]: finite exactly where every bound of the example is; engines may lose a NaN in a maximum, never in a sum. */
export function magnitude(bounds: NodeBounds): Tensor {
  const sums = Object.values(bounds).map((interval) => {
    const features = interval.lower.shape.slice(1).map((_, axis) => axis + 1);
    return sum(add(abs(centerOf(interval)), radiusOf(interval)), features);
  });
  return sums.reduce((total, each) => add(total, each));
}
