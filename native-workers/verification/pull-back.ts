import { add, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { sourcesOf } from '#contract/network.ts';
import { concretize } from './concretize.ts';
import type { NodeBounds } from './interval-bounds.ts';
import { contextOf, innerNodes, inputNode, type BoundedNetwork } from './network.ts';
import { ruleOf } from './rules/rules.ts';
import type { LowerSlope } from './rules/rule.ts';

export type PullBackSettings = {
  /** Bounds of whatever a node that is not affine reads, and of the input. */
  readonly bounds: NodeBounds;
  readonly lowerSlope: LowerSlope;
};

/**
 * Lower bounds [examples, rows] of functionals [examples or 1, rows, ...features] of a node's output over the input
 * box: the functionals are pulled back node by node to the input, a line taking the place of each ReLU
 * (CROWN, Zhang et al. 2018), and there take their least value.
 */
export function boundFunctionals(
  network: BoundedNetwork,
  at: { readonly node: string; readonly functionals: Tensor },
  settings: PullBackSettings,
): Tensor2D {
  const { functionals, constant } = pullBackToInput(network, at, settings);
  const least = concretize(functionals, settings.bounds[inputNode(network.graph)]!);
  return constant === undefined ? least : add(least, constant);
}

/** Functionals of the input and a constant whose sum bounds the functionals of a node's output from below. */
export function pullBackToInput(
  network: BoundedNetwork,
  at: { readonly node: string; readonly functionals: Tensor },
  { bounds, lowerSlope }: PullBackSettings,
): { readonly functionals: Tensor; readonly constant: Tensor | undefined } {
  const context = contextOf(network);
  const waiting = new Map([[at.node, at.functionals]]);
  let constant: Tensor | undefined;
  for (const node of innerNodes(network.graph).toReversed()) {
    const functionals = waiting.get(node.id);
    if (functionals === undefined) continue;
    const inputs = sourcesOf(node).map((id) => bounds[id]!);
    const pulled = ruleOf(node).pullBack(node, functionals, { ...context, inputs, lowerSlope });
    constant = summed(constant, pulled.constant);
    for (const [i, id] of sourcesOf(node).entries())
      waiting.set(id, summed(waiting.get(id), pulled.functionals[i])!);
  }
  return { functionals: waiting.get(inputNode(network.graph))!, constant };
}

const summed = (left: Tensor | undefined, right: Tensor | undefined): Tensor | undefined =>
  left !== undefined && right !== undefined ? add(left, right) : (left ?? right);
