import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';

const flat = (x: Tensor): Tensor => reshape(x, [x.shape[0], -1]);

export const flattenRule = affineRule<'flatten'>({
  weigh: (_node, x) => flat(x),
  weighAbsolute: (_node, x) => flat(x),
  weighTransposed: (node, y, { shapes }) => reshape(y, [y.shape[0], ...shapes.get(node.input)!]),
  bias: () => undefined,
});
