import { abs, engine, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';
import { parameterOf } from './parameter-of.ts';
import type { NodeOf } from './rule.ts';

type Conv = NodeOf<'conv'>;

export const convRule = affineRule<'conv'>({
  weigh: (node, x, context) => convolve(node, x, parameterOf(node, 'weight', context)),
  weighAbsolute: (node, x, context) => convolve(node, x, abs(parameterOf(node, 'weight', context))),
  weighTransposed: (node, y, context) =>
    engine().runKernel<Tensor>(
      'Conv2DBackpropInput',
      { dy: y, filter: parameterOf(node, 'weight', context) },
      { ...geometry(node), inputShape: [y.shape[0], ...context.shapes.get(node.input)!] },
    ),
  bias: (node, { parameters }) => parameters[`${node.id}.bias`],
});

const convolve = (node: Conv, x: Tensor, filter: Tensor): Tensor =>
  engine().runKernel<Tensor>('Conv2D', { x, filter }, { ...geometry(node), dilations: [1, 1] });

const geometry = ({ stride, padding }: Conv): NamedAttrMap => ({
  strides: [stride, stride],
  pad: [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ],
  dataFormat: 'NHWC',
  dimRoundingMode: 'floor',
});
