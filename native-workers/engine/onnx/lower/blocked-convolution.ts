import type { OnnxAttribute } from '../writer.ts';
import type { Emitter } from './emitter.ts';
import { imageLayout, sameLayout } from '../layout.ts';
import {
  inLayout,
  layoutOf,
  plain,
  reshaped,
  transposed,
  type LowerContext,
  type Operand,
} from './lowered.ts';

export type Convolution = {
  /** [batch, inputs, rows, columns] */
  readonly x: string;
  /** [outputs, inputs, rows, columns] */
  readonly filter: string;
  /** [outputs] */
  readonly bias?: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly filterSize: readonly [rows: number, columns: number];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly rectified: boolean;
  /** Whether the filter's values are part of the program: then onnxruntime finds its fastest form by itself. */
  readonly isBaked: boolean;
};

/**
 * A convolution, [batch, outputs, rows, columns], in onnxruntime's blocked form where there is one for its sizes:
 * `block` channels lie together in memory. The operators are onnxruntime's own and internal; start-up probes them.
 */
export function convolved(emitter: Emitter, convolution: Convolution, block: number | undefined): string {
  const { inputs, outputs, isBaked } = convolution;
  if (block === undefined || isBaked || (inputs >= block && inputs % block !== 0))
    return plainConvolution(emitter, convolution);
  const filled = Math.ceil(outputs / block) * block;
  if (filled > outputs * bearableFilling) return plainConvolution(emitter, convolution);
  return blockedConvolution(emitter, { ...convolution, filled }, block);
}

/** With channels of zeros among the outputs, up to this many times as many, the blocked form is still the faster one. */
const bearableFilling = 1.5;

function plainConvolution(emitter: Emitter, { x, filter, bias, attributes, rectified }: Convolution): string {
  const result = emitter.emit('Conv', bias === undefined ? [x, filter] : [x, filter, bias], { attributes });
  return rectified ? emitter.emit('Relu', [result]) : result;
}

const domain = 'com.microsoft.nchwc';

/** `filled`: output channels with those of zeros that fill the last block; they never leave it. */
type Filled = Convolution & { readonly filled: number };

function blockedConvolution(emitter: Emitter, convolution: Filled, block: number): string {
  const { x, inputs, outputs, rectified } = convolution;
  const source = inputs < block ? x : blocked(emitter, x);
  const names = [source, blockedFilter(emitter, convolution, block), ...filledBias(emitter, convolution)];
  const attributes = { ...convolution.attributes, group: 1, ...(rectified && { activation: 'Relu' }) };
  const result = emitter.emit('Conv', names, { attributes, domain });
  return emitter.emit('ReorderOutput', [result], { attributes: { channels: outputs }, domain });
}

function filledBias(emitter: Emitter, { bias, outputs, filled }: Filled): string[] {
  if (bias === undefined || filled === outputs) return bias === undefined ? [] : [bias];
  return [emitter.emit('Pad', [bias, emitter.integers([0, filled - outputs])])];
}

/** What just came out of a blocked convolution is blocked already. */
function blocked(emitter: Emitter, x: string): string {
  const producer = emitter.producer(x);
  if (producer?.op === 'ReorderOutput') return producer.inputs[0]!;
  return emitter.emit('ReorderInput', [x], { domain });
}

/**
 * Images as [batch, rows, columns, channels]. By way of the blocked form, which their convolution needs anyway: blocks
 * of channels move in one piece, and several threads move them.
 */
export function channelsLast(x: Operand, { emitter, settings }: LowerContext): string {
  const channels = x.node.shape[3]!;
  const block = settings.channelBlock;
  if (block === undefined || channels % block !== 0 || !sameLayout(layoutOf(x), imageLayout))
    return plain(emitter, x);
  const attributes = { channels, channels_last: 1 };
  return emitter.emit('ReorderOutput', [blocked(emitter, inLayout(emitter, x, imageLayout))], {
    attributes,
    domain,
  });
}

/** Outputs blocked innermost, inputs beside them; fewer inputs than a block stay as they are. */
function blockedFilter(
  emitter: Emitter,
  { filter, inputs, outputs, filled, filterSize }: Filled,
  block: number,
): string {
  const area = filterSize[0] * filterSize[1];
  const isNarrow = inputs < block;
  const apart = isNarrow
    ? [filled / block, block, inputs, area]
    : [filled / block, block, inputs / block, block, area];
  const order = isNarrow ? [0, 2, 3, 1] : [0, 2, 4, 3, 1];
  const whole =
    filled === outputs
      ? filter
      : emitter.emit('Pad', [filter, emitter.integers([0, 0, 0, 0, filled - outputs, 0, 0, 0])]);
  const moved = transposed(emitter, reshaped(emitter, whole, apart), order);
  return reshaped(emitter, moved, [filled, inputs, ...filterSize]);
}
