import { filterLayout, imageLayout } from '../layout.ts';
import type { ConvolutionGeometry, Padding } from '../operation.ts';
import { convolved } from './blocked-convolution.ts';
import { phasedGradient } from './phased-gradient.ts';
import {
  array,
  inLayout,
  isBaked,
  plain,
  type LowerContext,
  type LowerRule,
  type Operand,
} from './lowered.ts';

/** Inputs x, filter and optionally a bias per output channel. */
export const lowerConvolution: LowerRule<'convolution'> = ({ geometry, activation }, context) => {
  const { emitter, node, settings } = context;
  const [x, filter, bias] = context.inputs as [Operand, Operand, Operand | undefined];
  const result = convolved(
    emitter,
    {
      x: inLayout(emitter, x, imageLayout),
      filter: inLayout(emitter, filter, filterLayout),
      ...(bias && { bias: plain(emitter, bias) }),
      inputs: x.node.shape[3]!,
      outputs: node.shape[3]!,
      filterSize: geometry.filter,
      attributes: convolutionAttributes(geometry),
      rectified: activation === 'relu',
      isBaked: isBaked(filter),
    },
    settings.channelBlock,
  );
  return array(result, imageLayout);
};

/** Inputs dy and filter. */
export const lowerInputGradient: LowerRule<'convolution-input-gradient'> = ({ geometry }, context) =>
  array(inputGradient(geometry, context), imageLayout);

/**
 * A convolution computes channels in blocks of this many, so that for an image's three most of its work is in
 * vain; ConvTranspose, a product whose columns are then added up, has no blocks.
 */
const enoughChannels = 8;

function inputGradient(geometry: ConvolutionGeometry, context: LowerContext): string {
  const { emitter, node, settings } = context;
  const [source, weights] = context.inputs as [Operand, Operand];
  const dy = inLayout(emitter, source, imageLayout);
  const filter = inLayout(emitter, weights, filterLayout);
  const [batch, , , channels] = node.shape as [number, number, number, number];
  const sources = { dy, filter, batch, channels, outputs: source.node.shape[3]!, isBaked: isBaked(weights) };
  const isUnstrided = geometry.strides.every((stride) => stride === 1);
  if (!isUnstrided && geometry.dilations.every((dilation) => dilation === 1))
    return phasedGradient(emitter, { ...sources, block: settings.channelBlock }, geometry);
  const padding = fullPadding(geometry);
  if (isUnstrided && channels >= enoughChannels && padding.every((amount) => amount >= 0))
    return convolved(
      emitter,
      {
        x: dy,
        filter,
        isTurned: true,
        inputs: sources.outputs,
        outputs: channels,
        filterSize: geometry.filter,
        attributes: { ...convolutionAttributes(geometry), pads: padding },
        rectified: false,
        isBaked: sources.isBaked,
      },
      settings.channelBlock,
    );
  return emitter.emit('ConvTranspose', [dy, filter], {
    attributes: { ...convolutionAttributes(geometry), output_padding: outputPadding(geometry) },
  });
}

function convolutionAttributes(geometry: ConvolutionGeometry) {
  return {
    kernel_shape: geometry.filter,
    strides: geometry.strides,
    dilations: geometry.dilations,
    pads: geometry.padding,
  };
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
