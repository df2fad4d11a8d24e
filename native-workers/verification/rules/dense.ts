import { abs, matMul, transpose } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';
import { parameterOf } from './parameter-of.ts';

/** Weights lie as [inputs, units] in engines. */
export const denseRule = affineRule<'dense'>({
  weigh: (node, x, context) => matMul(x, parameterOf(node, 'weight', context)),
  weighAbsolute: (node, x, context) => matMul(x, abs(parameterOf(node, 'weight', context))),
  weighTransposed: (node, y, context) => matMul(y, transpose(parameterOf(node, 'weight', context))),
  bias: (node, { parameters }) => parameters[`${node.id}.bias`],
});
