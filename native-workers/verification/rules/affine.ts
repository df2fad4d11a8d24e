import { add, mul, reshape, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { around, centerOf, radiusOf } from '../interval.ts';
import type { NodeKind, NodeOf, NodeRule, RuleContext } from './rule.ts';

/** The parts of y = W x + b that every rule of an affine node is made of; x and y are [batch, ...features]. */
export type AffineParts<Kind extends NodeKind> = {
  /** W x */
  readonly weigh: (node: NodeOf<Kind>, x: Tensor, context: RuleContext) => Tensor;
  /** |W| x */
  readonly weighAbsolute: (node: NodeOf<Kind>, x: Tensor, context: RuleContext) => Tensor;
  /** transpose(W) y */
  readonly weighTransposed: (node: NodeOf<Kind>, y: Tensor, context: RuleContext) => Tensor;
  /** b, along the last feature axis; nothing where there is none. */
  readonly bias: (node: NodeOf<Kind>, context: RuleContext) => Tensor | undefined;
};

/** The rules of a node with one input that computes y = W x + b. */
export function affineRule<Kind extends NodeKind>(parts: AffineParts<Kind>): NodeRule<Kind> {
  const apply = (node: NodeOf<Kind>, x: Tensor, context: RuleContext): Tensor => {
    const bias = parts.bias(node, context);
    const product = parts.weigh(node, x, context);
    return bias === undefined ? product : add(product, bias);
  };
  return {
    isAffine: true,
    boundInterval: (node, [input], context) =>
      around(apply(node, centerOf(input!), context), parts.weighAbsolute(node, radiusOf(input!), context)),
    pullBack: (node, functionals, context) => {
      const [examples, rows, ...features] = functionals.shape as [number, number, ...number[]];
      const flat = reshape(functionals, [examples * rows, ...features]);
      const pulled = parts.weighTransposed(node, flat, context);
      const bias = parts.bias(node, context);
      const axes = features.map((_, axis) => axis + 2);
      return {
        functionals: [reshape(pulled, [examples, rows, ...pulled.shape.slice(1)])],
        constant: bias === undefined ? undefined : sum(mul(functionals, bias), axes),
      };
    },
    pushForward: (node, [input], context) =>
      tidy(() => ({
        center: apply(node, input!.center, context),
        terms: Object.fromEntries(
          Object.entries(input!.terms).map(([origin, term]) => [origin, parts.weigh(node, term, context)]),
        ),
      })),
  };
}
