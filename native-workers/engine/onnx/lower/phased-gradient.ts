import type { ConvolutionGeometry } from '../operation.ts';
import { beyondStart, convolved } from './blocked-convolution.ts';
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
  const { batch, channels } = sources;
  const axes = [axisOf(geometry, 0), axisOf(geometry, 1)] as const;
  const [rows, columns] = axes;
  const phases = convolved(
    emitter,
    {
      x: cropped(emitter, sources.dy, axes),
      filter: phaseFilter(emitter, sources, axes),
      inputs: sources.outputs,
      outputs: channels * rows.stride * columns.stride,
      filterSize: [rows.taps, columns.taps],
      attributes: {
        kernel_shape: [rows.taps, columns.taps],
        strides: [1, 1],
        pads: [rows.before, columns.before, rows.after, columns.after].map((amount) => Math.max(0, amount)),
      },
      rectified: false,
      isBaked: sources.isBaked,
    },
    sources.block,
  );
  const whole = reshaped(emitter, interleaved(emitter, phases, batch * channels, axes), [
    batch,
    channels,
    rows.blocks * rows.stride,
    columns.blocks * columns.stride,
  ]);
  return sliced(
    emitter,
    whole,
    [2, 3],
    axes.map((axis) => [axis.skipped, axis.skipped + axis.size]),
  );
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

/**
 * From [planes, row phases, column phases, blocks, blocks] to [planes, rows, columns]: two moves of a single axis,
 * which onnxruntime does several times faster than one move of both.
 */
function interleaved(
  emitter: Emitter,
  phases: string,
  planes: number,
  [rows, columns]: readonly [Axis, Axis],
): string {
  const width = columns.blocks * columns.stride;
  const byColumn = reshaped(emitter, phases, [
    planes * rows.stride,
    columns.stride,
    rows.blocks * columns.blocks,
  ]);
  const wide = reshaped(emitter, transposed(emitter, byColumn, [0, 2, 1]), [
    planes,
    rows.stride,
    rows.blocks,
    width,
  ]);
  return transposed(emitter, wide, [0, 2, 1, 3]);
}

/** From [outputs, channels, rows, columns] to [channels * phases, outputs, taps, taps], turned by half a turn. */
function phaseFilter(
  emitter: Emitter,
  { filter, channels, outputs }: Sources,
  [rows, columns]: readonly [Axis, Axis],
): string {
  const missing = [rows, columns].map((axis) => axis.taps * axis.stride - axis.filter) as [number, number];
  const whole = missing.some((amount) => amount > 0)
    ? emitter.emit('Pad', [filter, emitter.integers([0, 0, 0, 0, 0, 0, ...missing])])
    : filter;
  const apart = reshaped(emitter, whole, [
    outputs,
    channels,
    rows.taps,
    rows.stride,
    columns.taps,
    columns.stride,
  ]);
  const phasesFirst = transposed(emitter, apart, [1, 3, 5, 0, 2, 4]);
  const backwards = [
    [-1, -1],
    [beyondStart, beyondStart],
    [4, 5],
    [-1, -1],
  ];
  const turned = emitter.emit('Slice', [phasesFirst, ...backwards.map((list) => emitter.integers(list))]);
  const depth = rows.stride * columns.stride * channels;
  return reshaped(emitter, turned, [depth, outputs, rows.taps, columns.taps]);
}

function cropped(emitter: Emitter, dy: string, axes: readonly [Axis, Axis]): string {
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
