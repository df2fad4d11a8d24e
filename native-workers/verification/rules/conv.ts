import { abs, engine, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';
import { affineRule } from './affine.ts';
import type { NodeOf, RuleContext } from './rule.ts';
import { requireParameter } from '#workers/networks/parameters.ts';

type Conv = NodeOf<'conv'>;

export const convRule = affineRule<'conv'>({
  weigh: (node, x, context) => convolve(node, x, weightOf(node, context)),
  weighAbsolute: (node, x, context) => convolve(node, x, abs(weightOf(node, context))),
  weighTransposed: (node, y, context) =>
    engine().runKernel<Tensor>(
      'Conv2DBackpropInput',
      { dy: y, filter: weightOf(node, context) },
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

const weightOf = ({ id }: NodeOf<'conv'>, { parameters }: RuleContext): Tensor =>
  requireParameter(parameters, `${id}.weight`);
