import { abs, add, div, mul, sqrt, sub, type Tensor } from '@tensorflow/tfjs-core';
import { batchNorm } from '#contract/network.ts';
import { requireParameter } from '#workers/networks/parameters.ts';
import { affineRule } from './affine.ts';
import type { NodeOf, RuleContext } from './rule.ts';

/** By its running statistics, as in evaluation: a slope and a shift per channel. */
export const batchNormRule = affineRule<'batch-norm'>({
  weigh: (node, x, context) => mul(x, slopeOf(node, context)),
  weighAbsolute: (node, x, context) => mul(x, abs(slopeOf(node, context))),
  weighTransposed: (node, y, context) => mul(y, slopeOf(node, context)),
  bias: (node, context) =>
    sub(
      parameter(node, 'bias', context),
      mul(parameter(node, 'running_mean', context), slopeOf(node, context)),
    ),
});

const slopeOf = (node: NodeOf<'batch-norm'>, context: RuleContext): Tensor =>
  div(
    parameter(node, 'weight', context),
    sqrt(add(parameter(node, 'running_var', context), batchNorm.stabilizer)),
  );

const parameter = ({ id }: NodeOf<'batch-norm'>, part: string, { parameters }: RuleContext): Tensor =>
  requireParameter(parameters, `${id}.${part}`);
