import type { ConvolutionGeometry } from '../operation.ts';
import { beyondStart, blockedConvolution, convolved, type Convolution } from './blocked-convolution.ts';
import { unblocked } from './blocked-form.ts';
import type { Emitter } from './emitter.ts';
import { reshaped, transposed } from './lowered.ts';

type Sources = {
  /** [batch, outputs, rows, columns] */
  readonly dy: string;
  /** [outputs, channels, rows, columns] */
  readonly filter: string;
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  readonly isBaked: boolean;
  /** As a blocked convolution takes it. */
  readonly block: number | undefined;
};

/**
 * Gradient with respect to the input of a convolution with strides, as one convolution of dy without strides
 * that gives all strides² phases of the input as channels; these are then interleaved. (Inserting zeros would
 * multiply by zeros, strides² times the work.) Along one axis, with padded position u = stride * q + r and filter
 * position k = stride * t + r: dx[u] = sum over t of dy[q - t] filter[k].
 */
export function phasedGradient(emitter: Emitter, sources: Sources, geometry: ConvolutionGeometry): string {
  const { batch, channels, outputs, block } = sources;
  const axes: Axes = [axisOf(geometry, 0), axisOf(geometry, 1)];
  const [rows, columns] = axes;
  const size = [batch, channels, rows.size, columns.size];
  const phasesOf = (together: number): Convolution => ({
    x: croppedSlopes(emitter, sources.dy, axes),
    filter: phaseFilter(emitter, { ...sources, together }, axes),
    inputs: outputs,
    outputs: channels * rows.stride * columns.stride,
    filterSize: [rows.taps, columns.taps],
    attributes: {
      kernel_shape: [rows.taps, columns.taps],
      strides: [1, 1],
      pads: [rows.before, columns.before, rows.after, columns.after].map((amount) => Math.max(0, amount)),
    },
    rectified: false,
    isBaked: sources.isBaked,
  });
  if (block === undefined || channels % block !== 0 || outputs % block !== 0) {
    const phases = convolved(emitter, phasesOf(1), block);
    const planes = { count: batch * channels, together: 1 };
    return reshaped(emitter, cropped(emitter, interleaved(emitter, phases, planes, axes), axes), size);
  }
  const phases = blockedConvolution(emitter, phasesOf(block), block);
  const planes = { count: (batch * channels) / block, together: block };
  const image = cropped(emitter, interleavedBlocks(emitter, phases, planes, axes), axes);
  return unblocked(emitter, reshaped(emitter, image, size), channels);
}

type Axis = {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  /** Filter positions per phase. */
  readonly taps: number;
  readonly blocks: number;
  /** Positions of the first block that are padding. */
  readonly skipped: number;
  /** Padding of dy; a negative amount crops. */
  readonly before: number;
  readonly after: number;
};
type Axes = readonly [rows: Axis, columns: Axis];

function axisOf(geometry: ConvolutionGeometry, i: 0 | 1): Axis {
  const size = geometry.input[i];
  const stride = geometry.strides[i];
  const padding = geometry.padding[i];
  const taps = Math.ceil(geometry.filter[i] / stride);
  const firstBlock = Math.floor(padding / stride);
  const lastBlock = Math.floor((padding + size - 1) / stride);
  return {
    size,
    filter: geometry.filter[i],
    stride,
    taps,
    blocks: lastBlock - firstBlock + 1,
    skipped: padding - firstBlock * stride,
    before: taps - 1 - firstBlock,
    after: lastBlock - (geometry.output[i] - 1),
  };
}

/** Pictures of one channel each, or of a block of channels that lie together at every pixel. */
type Planes = { readonly count: number; readonly together: number };

/**
 * From [planes, row phases, column phases, blocks, blocks] to [planes, rows, columns, 1]: two moves of a single axis,
 * which onnxruntime does several times faster than one move of both.
 */
function interleaved(emitter: Emitter, phases: string, { count }: Planes, [rows, columns]: Axes): string {
  const byColumn = reshaped(emitter, phases, [
    count * rows.stride,
    columns.stride,
    rows.blocks * columns.blocks,
  ]);
  const wide = reshaped(emitter, transposed(emitter, byColumn, [0, 2, 1]), [
    count,
    rows.stride,
    rows.blocks,
    columns.blocks * columns.stride,
  ]);
  return reshaped(emitter, transposed(emitter, wide, [0, 2, 1, 3]), wholeSize(count, 1, [rows, columns]));
}

/** The same with a block of channels at every place, which moves in one piece. */
function interleavedBlocks(
  emitter: Emitter,
  phases: string,
  { count, together }: Planes,
  [rows, columns]: Axes,
): string {
  const apart = [count, rows.stride, columns.stride, rows.blocks, columns.blocks, together];
  const mixed = transposed(emitter, reshaped(emitter, phases, apart), [0, 3, 1, 4, 2, 5]);
  return reshaped(emitter, mixed, wholeSize(count, together, [rows, columns]));
}

const wholeSize = (count: number, together: number, [rows, columns]: Axes): number[] => [
  count,
  rows.blocks * rows.stride,
  columns.blocks * columns.stride,
  together,
];

/** Without the padding. `image` is [planes, rows, columns, together]. */
function cropped(emitter: Emitter, image: string, axes: Axes): string {
  const isWhole = axes.every(
    ({ skipped, size, blocks, stride }) => skipped === 0 && size === blocks * stride,
  );
  if (isWhole) return image;
  return sliced(
    emitter,
    image,
    [1, 2],
    axes.map(({ skipped, size }) => [skipped, skipped + size]),
  );
}

/**
 * From [outputs, channels, rows, columns] to [channels * phases, outputs, taps, taps], turned by half a turn. So many
 * channels lie together in every phase.
 */
function phaseFilter(
  emitter: Emitter,
  { filter, channels, outputs, together }: Sources & { readonly together: number },
  [rows, columns]: Axes,
): string {
  const missing = [rows, columns].map((axis) => axis.taps * axis.stride - axis.filter) as [number, number];
  const whole = missing.some((amount) => amount > 0)
    ? emitter.emit('Pad', [filter, emitter.integers([0, 0, 0, 0, 0, 0, ...missing])])
    : filter;
  const apart = reshaped(emitter, whole, [
    outputs,
    channels / together,
    together,
    rows.taps,
    rows.stride,
    columns.taps,
    columns.stride,
  ]);
  const phasesFirst = transposed(emitter, apart, [1, 4, 6, 2, 0, 3, 5]);
  const backwards = [
    [-1, -1],
    [beyondStart, beyondStart],
    [5, 6],
    [-1, -1],
  ];
  const turned = emitter.emit('Slice', [phasesFirst, ...backwards.map((list) => emitter.integers(list))]);
  const depth = rows.stride * columns.stride * channels;
  return reshaped(emitter, turned, [depth, outputs, rows.taps, columns.taps]);
}

function croppedSlopes(emitter: Emitter, dy: string, axes: readonly Axis[]): string {
  const ranges = axes.map(({ before, after }) => [Math.max(0, -before), after < 0 ? after : 2 ** 31 - 1]);
  const crops = axes.some(({ before, after }) => before < 0 || after < 0);
  return crops ? sliced(emitter, dy, [2, 3], ranges) : dy;
}

function sliced(
  emitter: Emitter,
  x: string,
  axes: readonly number[],
  ranges: readonly (readonly number[])[],
): string {
  const starts = ranges.map((range) => range[0]!);
  const ends = ranges.map((range) => range[1]!);
  return emitter.emit('Slice', [x, ...[starts, ends, axes].map((list) => emitter.integers(list))]);
}
