import { filterLayout, imageLayout, normalized } from '../layout.ts';
import type { ConvolutionGeometry } from '../operation.ts';
import type { Emitter } from './emitter.ts';
import {
  array,
  inLayout,
  plain,
  relaid,
  reshaped,
  type LowerContext,
  type LowerRule,
  type Operand,
} from './lowered.ts';

/** Inputs x and dy; the result is a filter [rows, columns, in, out]. */
export const lowerFilterGradient: LowerRule<'convolution-filter-gradient'> = ({ geometry }, context) =>
  preferred(geometry, context) === 'per-image'
    ? perImageProducts(geometry, context)
    : oneProduct(geometry, context);

/**
 * Per image: windows as columns beside channels-first memory, one small product per image, then a sum.
 * At once: windows as rows of channels-last memory and a single long product.
 */
type Variant = 'per-image' | 'at-once';

/** A sum of products per image needs a filter's memory for each image: only worth it for small filters. */
const perImageLimit = 1 << 14;

function preferred({ filter, output }: ConvolutionGeometry, { node }: LowerContext): Variant {
  const [, , inputs, outputs] = node.shape as [number, number, number, number];
  const filterSize = filter[0] * filter[1] * inputs * outputs;
  return filterSize <= perImageLimit && output[0] * output[1] >= 64 ? 'per-image' : 'at-once';
}

function perImageProducts(geometry: ConvolutionGeometry, context: LowerContext) {
  const { emitter, node } = context;
  const [x, dy] = context.inputs as [Operand, Operand];
  const [batch, , , channels] = x.node.shape as [number, number, number, number];
  const outputs = dy.node.shape[3]!;
  const [rows, columns] = geometry.filter;
  const padded = pad(emitter, inLayout(emitter, x, imageLayout), geometry, [2, 3]);
  const windows = concatenated(emitter, windowSlices(emitter, padded, geometry, [2, 3]), 1);
  const area = geometry.output[0] * geometry.output[1];
  const products = emitter.emit(
    'FusedMatMul',
    [
      reshaped(emitter, inLayout(emitter, dy, imageLayout), [batch, outputs, area]),
      reshaped(emitter, windows, [batch, rows * columns * channels, area]),
    ],
    { attributes: { transB: 1 }, domain: 'com.microsoft' },
  );
  const summed = emitter.emit('ReduceSum', [products, emitter.integers([0])], {
    attributes: { keepdims: 0 },
  });
  return asFilter(emitter, summed, node.shape);
}

function oneProduct(geometry: ConvolutionGeometry, context: LowerContext) {
  const { emitter, node } = context;
  const [x, dy] = context.inputs as [Operand, Operand];
  const [batch, , , channels] = x.node.shape as [number, number, number, number];
  const [rows, columns] = geometry.filter;
  const padded = pad(emitter, plain(emitter, x), geometry, [1, 2]);
  const windows = concatenated(emitter, windowSlices(emitter, padded, geometry, [1, 2]), 3);
  const count = batch * geometry.output[0] * geometry.output[1];
  const product = emitter.emit(
    'Gemm',
    [
      reshaped(emitter, plain(emitter, dy), [count, dy.node.shape[3]!]),
      reshaped(emitter, windows, [count, rows * columns * channels]),
    ],
    { attributes: { transA: 1 } },
  );
  return asFilter(emitter, product, node.shape);
}

/** From [out, rows * columns * in] to a filter as convolutions want it. */
function asFilter(emitter: Emitter, name: string, shape: readonly number[]) {
  const [rows, columns, inputs, outputs] = shape as [number, number, number, number];
  const apart = reshaped(emitter, name, [outputs, rows, columns, inputs]);
  const from = normalized([3, 0, 1, 2]);
  return array(relaid(emitter, apart, { shape, from, to: filterLayout }), filterLayout);
}

function pad(emitter: Emitter, x: string, { padding }: ConvolutionGeometry, axes: readonly number[]): string {
  if (padding.every((amount) => amount === 0)) return x;
  const amounts = [0, 1, 2, 3].map((axis) => (axes.includes(axis) ? padding[axes.indexOf(axis)]! : 0));
  const after = [0, 1, 2, 3].map((axis) => (axes.includes(axis) ? padding[axes.indexOf(axis) + 2]! : 0));
  return emitter.emit('Pad', [x, emitter.integers([...amounts, ...after])]);
}

/** For each filter position, what it sees of the padded input: as large as the output. */
function windowSlices(
  emitter: Emitter,
  padded: string,
  { filter, output, strides, dilations }: ConvolutionGeometry,
  axes: readonly number[],
): string[] {
  const slices: string[] = [];
  for (let row = 0; row < filter[0]; row += 1)
    for (let column = 0; column < filter[1]; column += 1) {
      const starts = [row * dilations[0], column * dilations[1]];
      const ends = starts.map((start, i) => start + (output[i]! - 1) * strides[i]! + 1);
      const lists = [starts, ends, axes, strides].map((list) => emitter.integers(list));
      slices.push(emitter.emit('Slice', [padded, ...lists]));
    }
  return slices;
}

function concatenated(emitter: Emitter, parts: readonly string[], axis: number): string {
  return parts.length === 1 ? parts[0]! : emitter.emit('Concat', parts, { attributes: { axis } });
}
