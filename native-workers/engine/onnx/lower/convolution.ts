import { filterLayout, imageLayout } from '../layout.ts';
import type { ConvolutionGeometry, Padding } from '../operation.ts';
import type { Emitter } from './emitter.ts';
import { array, inLayout, plain, transposed, type LowerRule, type Operand } from './lowered.ts';

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
  const padding = fullPadding(geometry);
  const plainConvolution =
    geometry.strides.every((stride) => stride === 1) && padding.every((amount) => amount >= 0);
  return array(
    plainConvolution
      ? emitter.emit('Conv', [source, flipped(emitter, weights)], {
          attributes: { ...convolutionAttributes(geometry), pads: padding },
        })
      : emitter.emit('ConvTranspose', [source, weights], {
          attributes: { ...convolutionAttributes(geometry), output_padding: outputPadding(geometry) },
        }),
    imageLayout,
  );
};

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

/** An end before the first element of any axis, for a slice that runs backwards. */
const beyondStart = -(2 ** 31);

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
