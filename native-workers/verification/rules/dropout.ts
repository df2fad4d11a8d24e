import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';
import type { NodeOf } from './rule.ts';

/** Nothing happens to x in evaluation. */
const kept = (_node: NodeOf<'dropout'>, x: Tensor): Tensor => clone(x);

export const dropoutRule = affineRule<'dropout'>({
  weigh: kept,
  weighAbsolute: kept,
  weighTransposed: kept,
  bias: () => undefined,
});
