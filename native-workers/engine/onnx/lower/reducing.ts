import { physicalAxes, withoutAxes, type Layout } from '../layout.ts';
import type { ReduceName } from '../operation.ts';
import { asBlocks, liesInBlocks } from './blocked-form.ts';
import { castTo } from './elementwise.ts';
import {
  array,
  inLayout,
  layoutOf,
  reshaped,
  type LowerContext,
  type Lowered,
  type LowerRule,
  type Operand,
} from './lowered.ts';

export const lowerReduce: LowerRule<'reduce'> = ({ name, axes, keep }, context) => {
  const { emitter } = context;
  const inBlocks = name === 'sum' ? sumInBlocks(axes, context) : undefined;
  if (inBlocks) return inBlocks;
  const { x, layout } = memoryOf(context);
  const truth = name === 'all' || name === 'any';
  const source = truth ? castTo(emitter, x, 'int32') : x;
  const attributes = { keepdims: keep ? 1 : 0 };
  const reduced = inStages(layout, { name, axes }, context.inputs[0]!.node.shape.length).reduce(
    (values, places) => emitter.emit(reduceOps[name], [values, emitter.integers(places)], { attributes }),
    source,
  );
  return array(truth ? castTo(emitter, reduced, 'bool') : reduced, keep ? layout : withoutAxes(layout, axes));
};

/** Sums over pixels, and over images too if asked, of images in blocks. */
function sumInBlocks(axes: readonly number[], context: LowerContext): Lowered | undefined {
  const { emitter, inputs, node, settings } = context;
  const [x] = inputs as [Operand];
  const overPixels = axes.includes(1) && axes.includes(2) && !axes.includes(3);
  if (!overPixels || !liesInBlocks(x, context)) return undefined;
  const [batch, rows, columns, channels] = x.node.shape as [number, number, number, number];
  const block = settings.channelBlock!;
  const apart = reshaped(emitter, asBlocks(x, context), [batch, channels / block, rows * columns, block]);
  const attributes = { keepdims: 0 };
  const perImage = emitter.emit('ReduceSum', [apart, emitter.integers([2])], { attributes });
  const total = axes.includes(0)
    ? emitter.emit('ReduceSum', [perImage, emitter.integers([0])], { attributes })
    : perImage;
  return array(reshaped(emitter, total, node.shape));
}

/**
 * Sums over a stretch of memory first, then over what is left: twice as fast as both at once where something that is
 * kept lies between them, and nearer to the truth.
 */
function inStages(
  layout: Layout,
  { name, axes }: { readonly name: ReduceName; readonly axes: readonly number[] },
  rank: number,
): readonly (readonly number[])[] {
  const places = physicalAxes(layout, axes).toSorted((a, b) => a - b);
  const isInside = (place: number): boolean =>
    Array.from({ length: rank - place }, (_, i) => place + i).every((each) => places.includes(each));
  const stages = [places.filter(isInside), places.filter((place) => !isInside(place))];
  return (name === 'sum' ? stages : [places]).filter((stage) => stage.length > 0);
}

export const lowerGreatestIndex: LowerRule<'greatest-index'> = ({ name, axis }, context) => {
  const { emitter } = context;
  const { x, layout } = memoryOf(context);
  const attributes = { axis: physicalAxes(layout, [axis])[0]!, keepdims: 0 };
  const index = emitter.emit(name === 'max' ? 'ArgMax' : 'ArgMin', [x], { attributes });
  return array(castTo(emitter, index, 'int32'), withoutAxes(layout, [axis]));
};

export const lowerCumulativeSum: LowerRule<'cumulative-sum'> = ({ axis, exclusive, reverse }, context) => {
  const { emitter } = context;
  const { x, layout } = memoryOf(context);
  const along = emitter.scalar(physicalAxes(layout, [axis])[0]!, 'int32');
  const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
  return array(emitter.emit('CumSum', [x, along], { attributes }), layout);
};

/** Along the last logical axis, wherever that is in memory. */
export const lowerSoftmax: LowerRule<'softmax'> = ({ logarithm }, context) => {
  const { emitter, node } = context;
  const { x, layout } = memoryOf(context);
  const attributes = { axis: physicalAxes(layout, [node.shape.length - 1])[0]! };
  return array(emitter.emit(logarithm ? 'LogSoftmax' : 'Softmax', [x], { attributes }), layout);
};

const reduceOps: Record<ReduceName, string> = {
  sum: 'ReduceSum',
  mean: 'ReduceMean',
  max: 'ReduceMax',
  min: 'ReduceMin',
  product: 'ReduceProd',
  all: 'ReduceMin',
  any: 'ReduceMax',
};

function memoryOf({ emitter, inputs }: LowerContext) {
  const [x] = inputs as [Operand];
  const layout = layoutOf(x);
  return { layout, x: inLayout(emitter, x, layout) };
}
