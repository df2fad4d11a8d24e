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
  /** [outputs, inputs, rows, columns]; turned: [inputs, outputs, rows, columns], to be turned by half a turn */
  readonly filter: string;
  readonly isTurned?: boolean;
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

function plainConvolution(emitter: Emitter, convolution: Convolution): string {
  const { x, bias, attributes, rectified } = convolution;
  const filter = straightFilter(emitter, convolution);
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

/** [outputs, inputs, rows, columns] */
function straightFilter(emitter: Emitter, { filter, isTurned }: Convolution): string {
  if (isTurned !== true) return filter;
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
export const beyondStart = -(2 ** 31);

/**
 * Outputs blocked innermost, inputs beside them; fewer inputs than a block stay as they are. One axis moves at a
 * time, which onnxruntime does several times faster than moving two.
 */
function blockedFilter(emitter: Emitter, convolution: Filled, block: number): string {
  const { inputs, outputs, filled, filterSize } = convolution;
  const area = filterSize[0] * filterSize[1];
  const shape = [filled, inputs, ...filterSize];
  if (convolution.isTurned === true && inputs % block === 0 && outputs % block === 0)
    return reshaped(emitter, turnedFilter(emitter, convolution, block), shape);
  const straight = straightFilter(emitter, convolution);
  const whole =
    filled === outputs
      ? straight
      : emitter.emit('Pad', [straight, emitter.integers([0, 0, 0, 0, filled - outputs, 0, 0, 0])]);
  if (inputs < block) {
    const apart = reshaped(emitter, whole, [filled / block, block, inputs * area]);
    return reshaped(emitter, transposed(emitter, apart, [0, 2, 1]), shape);
  }
  const apart = reshaped(emitter, whole, [(filled * inputs) / block, block, area]);
  const inputsInside = reshaped(emitter, transposed(emitter, apart, [0, 2, 1]), [
    filled / block,
    block,
    (inputs / block) * area * block,
  ]);
  return reshaped(emitter, transposed(emitter, inputsInside, [0, 2, 1]), shape);
}

/** The same of a filter that is to be turned: its positions change places in whole blocks. */
function turnedFilter(
  emitter: Emitter,
  { filter, inputs, outputs, filterSize }: Filled,
  block: number,
): string {
  const area = filterSize[0] * filterSize[1];
  const apart = reshaped(emitter, filter, [(inputs * outputs) / block, block, area]);
  const outputsInside = transposed(emitter, apart, [0, 2, 1]);
  const backwards = emitter.integers(Array.from({ length: area }, (_, i) => area - 1 - i));
  const turned = emitter.emit('Gather', [outputsInside, backwards], { attributes: { axis: 1 } });
  const blocks = [inputs / block, block, outputs / block, area, block];
  return transposed(emitter, reshaped(emitter, turned, blocks), [2, 0, 3, 1, 4]);
}
