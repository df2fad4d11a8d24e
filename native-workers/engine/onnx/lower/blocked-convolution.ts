import type { OnnxAttribute } from '../writer.ts';
import { blocked, blockedDomain, unblocked } from './blocked-form.ts';
import type { Emitter } from './emitter.ts';
import { reshaped, transposed } from './lowered.ts';

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
  if (convolution.isBaked || !hasBlockedForm(convolution, block))
    return plainConvolution(emitter, convolution);
  return unblocked(emitter, blockedConvolution(emitter, convolution, block!), convolution.outputs);
}

function hasBlockedForm({ inputs, outputs }: Convolution, block: number | undefined): boolean {
  if (block === undefined || (inputs >= block && inputs % block !== 0)) return false;
  return filledChannels(outputs, block) <= outputs * bearableFilling;
}

const filledChannels = (outputs: number, block: number): number => Math.ceil(outputs / block) * block;

/** With channels of zeros among the outputs, up to this many times as many, the blocked form is still the faster one. */
const bearableFilling = 1.5;

function plainConvolution(emitter: Emitter, convolution: Convolution): string {
  const { x, bias, attributes, rectified } = convolution;
  const filter = straightFilter(emitter, convolution);
  const result = emitter.emit('Conv', bias === undefined ? [x, filter] : [x, filter, bias], { attributes });
  return rectified ? emitter.emit('Relu', [result]) : result;
}

/** `filled`: output channels with those of zeros that fill the last block; they never leave it. */
type Filled = Convolution & { readonly filled: number };

/** The same before it leaves the blocked form. */
export function blockedConvolution(emitter: Emitter, convolution: Convolution, block: number): string {
  const { x, inputs, outputs, rectified } = convolution;
  const whole = { ...convolution, filled: filledChannels(outputs, block) };
  const source = inputs < block ? x : blocked(emitter, x);
  const names = [source, blockedFilter(emitter, whole, block), ...filledBias(emitter, whole)];
  const attributes = { ...convolution.attributes, group: 1, ...(rectified && { activation: 'Relu' }) };
  return emitter.emit('Conv', names, { attributes, domain: blockedDomain });
}

function filledBias(emitter: Emitter, { bias, outputs, filled }: Filled): string[] {
  if (bias === undefined || filled === outputs) return bias === undefined ? [] : [bias];
  return [emitter.emit('Pad', [bias, emitter.integers([0, filled - outputs])])];
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

/** Outputs blocked innermost, inputs beside them; fewer inputs than a block stay as they are. */
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
  const inputsInside = inputs < block ? whole : innermost(emitter, whole, [filled, inputs, area]);
  return reshaped(emitter, innermost(emitter, inputsInside, [filled / block, block, inputs * area]), shape);
}

/** The same of a filter that is to be turned: its positions change places in whole blocks of both. */
function turnedFilter(
  emitter: Emitter,
  { filter, inputs, outputs, filterSize }: Filled,
  block: number,
): string {
  const area = filterSize[0] * filterSize[1];
  const outputsInside = innermost(emitter, filter, [inputs, outputs, area]);
  const apart = reshaped(emitter, outputsInside, [inputs / block, block, outputs / block, area, block]);
  const straight = transposed(emitter, apart, [2, 0, 3, 1, 4]);
  const positions = reshaped(emitter, straight, [(inputs * outputs) / block ** 2, area, block ** 2]);
  const backwards = emitter.integers(Array.from({ length: area }, (_, i) => area - 1 - i));
  return emitter.emit('Gather', [positions, backwards], { attributes: { axis: 1 } });
}

/**
 * Of [images, channels, places], blocks of channels moved behind the places: what onnxruntime does to images, several
 * times faster than its Transpose and on all threads.
 */
function innermost(
  emitter: Emitter,
  x: string,
  [images, channels, places]: readonly [number, number, number],
): string {
  return emitter.emit('ReorderInput', [reshaped(emitter, x, [images, channels, places, 1])], {
    domain: blockedDomain,
  });
}
