import { filterLayout, imageLayout } from '../layout.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import { convolved } from './blocked-convolution.ts';
import type { Emitter } from './emitter.ts';
import { rowGradient } from './row-gradient.ts';
import {
  array,
  inLayout,
  reshaped,
  transposed,
  type FilterGradientChoice,
  type FilterGradientVariant,
  type LowerContext,
  type LowerRule,
  type Operand,
} from './lowered.ts';

/** Inputs x and dy; the result is a filter [rows, columns, in, out]. */
export const lowerFilterGradient: LowerRule<'convolution-filter-gradient'> = ({ geometry }, context) => {
  const { emitter, node } = context;
  const [x, dy] = context.inputs as [Operand, Operand];
  const shape = { batch: x.node.shape[0]!, inputs: x.node.shape[3]!, outputs: dy.node.shape[3]!, geometry };
  const choose =
    context.settings.chooseFilterGradient ?? (context.settings.isPortable ? portableRule : ruleOfThumb);
  const variant = choose(shape);
  if (variant === 'in-rows') return array(rowGradient(geometry, context), filterLayout);
  const folded = foldStrides(geometry, context);
  return array(unfolded(emitter, products[variant](folded, context), folded, node.shape), filterLayout);
};

/** A product by position has as many columns as there are channels: too few leave the processor idle. */
const enoughChannels = 16;

/** The variant that is the fastest one, or close to it, for every layer of the catalogue. */
export const ruleOfThumb: FilterGradientChoice = () => 'in-rows';

/** Where a convolution has no product of matrices inside. */
const portableRule: FilterGradientChoice = ({ inputs, geometry }) =>
  inputs * foldOf(geometry) ** 2 < enoughChannels ? 'per-image' : 'by-position';

/**
 * The same gradient without strides: with strides, pixels that no filter position sees together become channels
 * of their own, so that filter positions are slices of memory in one piece.
 */
type Folded = {
  /** [batch, channels, rows, columns], padded */
  readonly x: string;
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  readonly output: readonly [number, number];
  /** Filter positions left along each axis, and how far they are apart. */
  readonly taps: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly fold: number;
  readonly strides: readonly [number, number];
};

function foldStrides(geometry: ConvolutionGeometry, { emitter, inputs }: LowerContext): Folded {
  const [x, dy] = inputs as [Operand, Operand];
  const [batch, , , channels] = x.node.shape as [number, number, number, number];
  const { filter, strides, dilations, output, input, padding } = geometry;
  const fold = foldOf(geometry);
  const taps = [Math.ceil(filter[0] / fold), Math.ceil(filter[1] / fold)] as const;
  const wanted = ([0, 1] as const).map((i) =>
    fold === 1 ? input[i] + padding[i] + padding[i + 2]! : (output[i] - 1 + taps[i]) * fold,
  );
  const after = [0, 1].map((i) => wanted[i]! - input[i]! - padding[i]!);
  const amounts = [0, 0, padding[0], padding[1], 0, 0, ...after];
  const source = inLayout(emitter, x, imageLayout);
  const padded = amounts.some((amount) => amount !== 0)
    ? emitter.emit('Pad', [source, emitter.integers(amounts)])
    : source;
  return {
    x: fold === 1 ? padded : emitter.emit('SpaceToDepth', [padded], { attributes: { blocksize: fold } }),
    batch,
    channels: channels * fold * fold,
    outputs: dy.node.shape[3]!,
    output,
    taps,
    dilations,
    fold,
    strides: fold === 1 ? strides : [1, 1],
  };
}

function foldOf({ strides, dilations }: ConvolutionGeometry): number {
  return strides[0] === strides[1] && dilations.every((each) => each === 1) ? strides[0] : 1;
}

type Products = (folded: Folded, context: LowerContext) => string;

/** [out, taps, taps, in] */
function perImage(folded: Folded, { emitter, inputs }: LowerContext): string {
  const { batch, channels, outputs, output, taps } = folded;
  const windows = concatenated(emitter, windowSlices(emitter, folded.x, folded), 1);
  const area = output[0] * output[1];
  const products = emitter.emit(
    'FusedMatMul',
    [
      reshaped(emitter, inLayout(emitter, inputs[1]!, imageLayout), [batch, outputs, area]),
      reshaped(emitter, windows, [batch, taps[0] * taps[1] * channels, area]),
    ],
    { attributes: { transB: 1 }, domain: 'com.microsoft' },
  );
  const attributes = { keepdims: 0 };
  return emitter.emit('ReduceSum', [products, emitter.integers([0])], { attributes });
}

/** [out, taps, taps, in] */
function byPosition(folded: Folded, { emitter, inputs }: LowerContext): string {
  const { batch, channels, outputs, output, taps } = folded;
  const area = output[0] * output[1];
  const dy = reshaped(emitter, inLayout(emitter, inputs[1]!, imageLayout), [batch, outputs, area]);
  const slopes = reshaped(emitter, transposed(emitter, dy, [1, 0, 2]), [outputs, batch * area]);
  const channelMajor = transposed(emitter, folded.x, [1, 0, 2, 3]);
  const products = windowSlices(emitter, channelMajor, folded).map((window) => {
    const columns = reshaped(emitter, window, [channels, batch * area]);
    return emitter.emit('Gemm', [slopes, columns], { attributes: { transB: 1 } });
  });
  return reshaped(emitter, concatenated(emitter, products, 1), [outputs, taps[0] * taps[1] * channels]);
}

/** [out, taps, taps, in] */
function asConvolution(folded: Folded, { emitter, inputs, settings }: LowerContext): string {
  const { batch, outputs, output, strides, dilations } = folded;
  const result = convolved(
    emitter,
    {
      x: transposed(emitter, folded.x, [1, 0, 2, 3]),
      filter: transposed(emitter, inLayout(emitter, inputs[1]!, imageLayout), [1, 0, 2, 3]),
      inputs: batch,
      outputs,
      filterSize: output,
      attributes: { kernel_shape: output, strides: dilations, dilations: strides, pads: [0, 0, 0, 0] },
      rectified: false,
      isBaked: false,
    },
    settings.channelBlock,
  );
  return transposed(emitter, windowsOnly(emitter, result, folded), [1, 2, 3, 0]);
}

/** Where strides were not folded, windows further along than the filter's last position fit as well. */
function windowsOnly(emitter: Emitter, result: string, { taps, fold, strides }: Folded): string {
  if (fold > 1 || strides.every((stride) => stride === 1)) return result;
  const lists = [[0, 0], taps, [2, 3]].map((list) => emitter.integers(list));
  return emitter.emit('Slice', [result, ...lists]);
}

const products: Readonly<Record<Exclude<FilterGradientVariant, 'in-rows'>, Products>> = {
  'per-image': perImage,
  'by-position': byPosition,
  'as-convolution': asConvolution,
};

/** From [out, taps, taps, fold, fold, in] to [out, in, rows, columns], cutting off positions beyond the filter. */
function unfolded(emitter: Emitter, product: string, folded: Folded, shape: readonly number[]): string {
  const [rows, columns, inputs, outputs] = shape as [number, number, number, number];
  const { taps, fold } = folded;
  const apart = reshaped(emitter, product, [outputs, ...taps, fold, fold, inputs]);
  const together = reshaped(emitter, transposed(emitter, apart, [0, 5, 1, 3, 2, 4]), [
    outputs,
    inputs,
    taps[0] * fold,
    taps[1] * fold,
  ]);
  if (taps[0] * fold === rows && taps[1] * fold === columns) return together;
  const lists = [
    [0, 0],
    [rows, columns],
    [2, 3],
  ].map((list) => emitter.integers(list));
  return emitter.emit('Slice', [together, ...lists]);
}

/** For each filter position, what it sees of the padded input: as large as the output. */
function windowSlices(
  emitter: Emitter,
  padded: string,
  { taps, output, strides, dilations }: Folded,
): string[] {
  const slices: string[] = [];
  for (let row = 0; row < taps[0]; row += 1)
    for (let column = 0; column < taps[1]; column += 1) {
      const starts = [row * dilations[0], column * dilations[1]];
      const ends = starts.map((start, i) => start + (output[i]! - 1) * strides[i]! + 1);
      const lists = [starts, ends, [2, 3], strides].map((list) => emitter.integers(list));
      slices.push(emitter.emit('Slice', [padded, ...lists]));
    }
  return slices;
}

function concatenated(emitter: Emitter, parts: readonly string[], axis: number): string {
  return parts.length === 1 ? parts[0]! : emitter.emit('Concat', parts, { attributes: { axis } });
}
