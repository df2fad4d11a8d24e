import {
  matMul,
  mul,
  onesLike,
  step as positivePart,
  type NamedAttrMap,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** By each input of an operation. */
export type Derivatives = Record<string, () => Tensor>;

export function convolutionGradient(
  dy: Tensor,
  saved: readonly Tensor[],
  attributes: NamedAttrMap,
): Derivatives {
  const [x, filter] = saved as [Tensor, Tensor];
  const { strides, pad, dataFormat, dimRoundingMode } = attributes;
  const settings = { strides, pad, dataFormat, dimRoundingMode } as NamedAttrMap;
  return {
    x: () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...settings, inputShape: x.shape }),
    filter: () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...settings, filterShape: filter.shape }),
  };
}

/** The convolution that a pass through its transpose undoes is itself the derivative of that pass. */
export function transposedGradient(
  ddx: Tensor,
  saved: readonly Tensor[],
  attributes: NamedAttrMap,
): Derivatives {
  const [dy, filter] = saved as [Tensor, Tensor];
  return {
    dy: () => runKernel('Conv2D', { x: ddx, filter }, { ...attributes, dilations: [1, 1] }),
    filter: () =>
      runKernel('Conv2DBackpropFilter', { x: ddx, dy }, { ...attributes, filterShape: filter.shape }),
  };
}

/** By windows side by side: the sum over each of what lies at its greatest. */
export function atGreatest(
  ddx: Tensor,
  [dy, input, output]: readonly [Tensor, Tensor, Tensor],
  attributes: NamedAttrMap,
): Tensor {
  const [window, stride] = ['filterSize', 'strides'].map((name) => attributes[name] as number[]) as [
    number[],
    number[],
  ];
  if (window.join() !== stride.join())
    throw new Error(
      `Bounds can be trained through max-pools whose windows lie side by side; this one has windows of ${window.join(' x ')} every ${stride.join(' x ')}.`,
    );
  const chosen = runKernel('MaxPoolGrad', { dy: onesLike(dy), input, output }, attributes);
  const area = window.reduce((product, size) => product * size, 1);
  return mul(runKernel('AvgPool', { x: mul(chosen, ddx) }, attributes), area);
}

/** For y = a b; nothing here differentiates through a product that already transposes. */
export function matrixProductGradient(
  dy: Tensor,
  saved: readonly Tensor[],
  attributes: NamedAttrMap,
): Derivatives {
  if (attributes['transposeA'] === true || attributes['transposeB'] === true)
    throw new Error('The gradient of a transposing matMul is not defined; transpose the operand first.');
  const [a, b] = saved as [Tensor, Tensor];
  return { a: () => matMul(dy, b, false, true), b: () => matMul(a, dy, true, false) };
}

export function beforeActivation(dy: Tensor, y: Tensor, attributes: NamedAttrMap): Tensor {
  const activation = attributes['activation'] as string;
  if (activation === 'linear') return dy;
  if (activation === 'relu') return mul(dy, positivePart(y));
  throw new Error(`Expected a fused activation of linear or relu, got ${activation}.`);
}
