import { physicalAxes, withoutAxes } from '../layout.ts';
import type { ReduceName } from '../operation.ts';
import { castTo } from './elementwise.ts';
import { array, inLayout, layoutOf, type LowerContext, type LowerRule, type Operand } from './lowered.ts';

export const lowerReduce: LowerRule<'reduce'> = ({ name, axes, keep }, context) => {
  const { emitter } = context;
  const { x, layout } = memoryOf(context);
  const truth = name === 'all' || name === 'any';
  const source = truth ? castTo(emitter, x, 'int32') : x;
  const attributes = { keepdims: keep ? 1 : 0 };
  const list = emitter.integers(physicalAxes(layout, axes));
  const reduced = axes.length === 0 ? source : emitter.emit(reduceOps[name], [source, list], { attributes });
  return array(truth ? castTo(emitter, reduced, 'bool') : reduced, keep ? layout : withoutAxes(layout, axes));
};

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
