import { filterLayout, imageLayout } from '../layout.ts';
import type { ConvolutionGeometry, Padding } from '../operation.ts';
import type { Emitter } from './emitter.ts';
import { beyondStart, phasedGradient } from './phased-gradient.ts';
import {
  array,
  inLayout,
  plain,
  transposed,
  type LowerContext,
  type LowerRule,
  type Operand,
} from './lowered.ts';

/** Inputs x, filter and optionally a bias per output channel. */
export const lowerConvolution: LowerRule<'convolution'> = ({ geometry, activation }, { emitter, inputs }) => {
  const [x, filter, bias] = inputs as [Operand, Operand, Operand | undefined];
  const names = [inLayout(emitter, x, imageLayout), inLayout(emitter, filter, filterLayout)];
  if (bias) names.push(plain(emitter, bias));
  const result = emitter.emit('Conv', names, { attributes: convolutionAttributes(geometry) });
  return array(activation === 'relu' ? emitter.emit('Relu', [result]) : result, imageLayout);
};

/** Inputs dy and filter. */
export const lowerInputGradient: LowerRule<'convolution-input-gradient'> = ({ geometry }, context) => {
  const { emitter } = context;
  const [dy, filter] = context.inputs as [Operand, Operand];
  const source = inLayout(emitter, dy, imageLayout);
  const weights = inLayout(emitter, filter, filterLayout);
  return array(inputGradient(geometry, context, source, weights), imageLayout);
};

function inputGradient(
  geometry: ConvolutionGeometry,
  context: LowerContext,
  dy: string,
  filter: string,
): string {
  const { emitter, node } = context;
  const padding = fullPadding(geometry);
  if (geometry.strides.every((stride) => stride === 1) && padding.every((amount) => amount >= 0))
    return emitter.emit('Conv', [dy, flipped(emitter, filter)], {
      attributes: { ...convolutionAttributes(geometry), pads: padding },
    });
  if (geometry.dilations.every((dilation) => dilation === 1)) {
    const [batch, , , channels] = node.shape as [number, number, number, number];
    return phasedGradient(
      emitter,
      { dy, filter, batch, channels, outputs: context.inputs[0]!.node.shape[3]! },
      geometry,
    );
  }
  return emitter.emit('ConvTranspose', [dy, filter], {
    attributes: { ...convolutionAttributes(geometry), output_padding: outputPadding(geometry) },
  });
}

export function convolutionAttributes(geometry: ConvolutionGeometry) {
  return {
    kernel_shape: geometry.filter,
    strides: geometry.strides,
    dilations: geometry.dilations,
    pads: geometry.padding,
  };
}

/** Outputs and inputs change places, and each filter is turned by half a turn. */
function flipped(emitter: Emitter, filter: string): string {
  const swapped = transposed(emitter, filter, [1, 0, 2, 3]);
  const backwards = [
    [-1, -1],
    [beyondStart, beyondStart],
    [2, 3],
    [-1, -1],
  ];
  return emitter.emit('Slice', [swapped, ...backwards.map((list) => emitter.integers(list))]);
}

/** The padding of dy with which a stride-1 convolution gives back the input's size. */
function fullPadding({ input, output, filter, dilations, padding }: ConvolutionGeometry): Padding {
  const [top, left] = [0, 1].map((i) => dilations[i]! * (filter[i]! - 1) - padding[i]!) as [number, number];
  const [bottom, right] = [top, left].map(
    (before, i) => input[i]! - output[i]! + dilations[i]! * (filter[i]! - 1) - before,
  ) as [number, number];
  return [top, left, bottom, right];
}

/** Rows and columns of the input that no window reached. */
function outputPadding({
  input,
  output,
  filter,
  strides,
  dilations,
  padding,
}: ConvolutionGeometry): number[] {
  return [0, 1].map((i) => {
    const reached = (output[i]! - 1) * strides[i]! + dilations[i]! * (filter[i]! - 1) + 1;
    return input[i]! - (reached - padding[i]! - padding[i + 2]!);
  });
}
