import { abs, matMul, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';
import type { NodeOf, RuleContext } from './rule.ts';
import { requireParameter } from '#workers/networks/parameters.ts';

/** Weights lie as [inputs, units] in engines. */
export const denseRule = affineRule<'dense'>({
  weigh: (node, x, context) => matMul(x, weightOf(node, context)),
  weighAbsolute: (node, x, context) => matMul(x, abs(weightOf(node, context))),
  weighTransposed: (node, y, context) => matMul(y, transpose(weightOf(node, context))),
  bias: (node, { parameters }) => parameters[`${node.id}.bias`],
});

const weightOf = ({ id }: NodeOf<'dense'>, { parameters }: RuleContext): Tensor =>
  requireParameter(parameters, `${id}.weight`);
