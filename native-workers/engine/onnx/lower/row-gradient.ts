import { imageLayout } from '../layout.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import { blockedFromChannelsLast, channelsLast, unblocked } from './blocked-form.ts';
import type { Emitter } from './emitter.ts';
import { inLayout, reshaped, transposed, type LowerContext, type Operand } from './lowered.ts';

/**
 * The gradient by a filter as one plain convolution without a copy of any window: a row of the input with its channels
 * side by side is a row of pixels, images are channels, and the slopes are the filter, which steps over whole pixels.
 * [out, in, rows, columns]
 */
export function rowGradient(geometry: ConvolutionGeometry, context: LowerContext): string {
  const { emitter, inputs } = context;
  const [x, dy] = inputs as [Operand, Operand];
  const [batch, , , channels] = x.node.shape as [number, number, number, number];
  const outputs = dy.node.shape[3]!;
  const { filter, strides, dilations, output } = geometry;
  const [rows, columns] = [axisOf(geometry, 0), axisOf(geometry, 1)] as const;
  const image = cropped(emitter, { name: channelsLast(x, context), size: geometry.input }, [rows, columns]);
  const groups = groupsOf(batch, outputs, output[0] * output[1]);
  const summands = emitter.emit(
    'Conv',
    [
      reshaped(emitter, image, [1, batch, rows.size, columns.size * channels]),
      groupedSlopes(dy, groups, context),
    ],
    {
      attributes: {
        kernel_shape: output,
        strides: [dilations[0], 1],
        dilations: [strides[0], strides[1] * channels],
        pads: [rows.before, columns.before * channels, rows.after, columns.after * channels],
        group: groups,
      },
    },
  );
  const result = total(emitter, summands, groups, outputs * filter[0] * columns.reach * channels);
  const seen = reshaped(emitter, result, [outputs, filter[0], columns.reach, channels]);
  const taps = reshaped(emitter, everySo(emitter, seen, dilations[1]), [
    outputs,
    filter[0] * filter[1],
    channels,
  ]);
  return reshaped(emitter, channelsFirst(taps, channels, context), [outputs, channels, ...filter]);
}

/**
 * Images are multiplied in groups whose slopes stay in the processor's cache while every window is multiplied with them;
 * the sums of the groups are added up. With few outputs there is too little to multiply for that to pay.
 */
function groupsOf(batch: number, outputs: number, area: number): number {
  if (outputs < 32) return 1;
  const most = Math.max(1, Math.floor((batch * area) / 4096));
  return Array.from({ length: Math.min(most, batch) }, (_, i) => i + 1).findLast(
    (count) => batch % count === 0,
  )!;
}

/** [groups * outputs, images of a group, rows, columns] */
function groupedSlopes(dy: Operand, groups: number, { emitter }: LowerContext): string {
  const [batch, rows, columns, outputs] = dy.node.shape as [number, number, number, number];
  const slopes = inLayout(emitter, dy, imageLayout);
  const apart = reshaped(emitter, slopes, [groups, batch / groups, outputs, rows * columns]);
  const grouped = transposed(emitter, apart, [0, 2, 1, 3]);
  return reshaped(emitter, grouped, [groups * outputs, batch / groups, rows, columns]);
}

function total(emitter: Emitter, summands: string, groups: number, size: number): string {
  if (groups === 1) return summands;
  const apart = reshaped(emitter, summands, [groups, size]);
  return emitter.emit('ReduceSum', [apart, emitter.integers([0])], { attributes: { keepdims: 0 } });
}

type Axis = {
  /** Pixels that some window sees, and padding around them. */
  readonly size: number;
  readonly before: number;
  readonly after: number;
  /** How far a window reaches. */
  readonly reach: number;
};

function axisOf({ input, output, filter, strides, dilations, padding }: ConvolutionGeometry, i: 0 | 1): Axis {
  const reach = (filter[i] - 1) * dilations[i] + 1;
  const after = (output[i] - 1) * strides[i] + reach - input[i] - padding[i];
  return { size: input[i] + Math.min(0, after), before: padding[i], after: Math.max(0, after), reach };
}

/** Without the last rows and columns where strides leave them over. `x` is [batch, rows, columns, channels]. */
function cropped(
  emitter: Emitter,
  { name, size }: { readonly name: string; readonly size: readonly [number, number] },
  axes: readonly [Axis, Axis],
): string {
  const wanted = axes.map((axis) => axis.size);
  if (wanted.join() === size.join()) return name;
  const lists = [[0, 0], wanted, [1, 2]].map((list) => emitter.integers(list));
  return emitter.emit('Slice', [name, ...lists]);
}

/** From [outputs, places, channels] to [outputs, channels, places], in blocks of channels where there are whole ones. */
function channelsFirst(x: string, channels: number, { emitter, settings }: LowerContext): string {
  const { channelBlock } = settings;
  if (channelBlock === undefined || channels % channelBlock !== 0) return transposed(emitter, x, [0, 2, 1]);
  const images = reshaped(emitter, x, [0, 0, 1, channels]);
  return unblocked(emitter, blockedFromChannelsLast(emitter, images), channels);
}

/** Every so many columns; `x` is [outputs, rows, columns, channels]. */
function everySo(emitter: Emitter, x: string, step: number): string {
  if (step === 1) return x;
  const lists = [[0], [2 ** 31 - 1], [2], [step]].map((list) => emitter.integers(list));
  return emitter.emit('Slice', [x, ...lists]);
}
