import type { Dtype, GraphNode } from '../graph.ts';
import type { ReduceName } from '../operation.ts';
import { axesFor, reducedShape, type Kernel, type KernelCall, type KernelTable } from './kernel.ts';

const reduction =
  (name: ReduceName, dtype?: Dtype): Kernel =>
  (call) => {
    const x = call.inputs['x']!;
    const axes = axesFor(call.attributes.axis ?? call.attributes.reductionIndices, x.shape.length);
    const keep = call.attributes.keepDims ?? false;
    return reduced(call, x, { name, axes, keep }, dtype);
  };

const greatestIndex =
  (name: 'max' | 'min'): Kernel =>
  (call) => {
    const x = call.inputs['x']!;
    const [axis] = axesFor(call.attributes.axis, x.shape.length) as [number];
    const shape = reducedShape(x.shape, [axis], false);
    return call.record({ kind: 'greatest-index', name, axis }, [x], shape, 'int32');
  };

export const reducingKernels: KernelTable = {
  Sum: reduction('sum'),
  Mean: reduction('mean', 'float32'),
  Max: reduction('max'),
  Min: reduction('min'),
  Prod: reduction('product'),
  All: reduction('all', 'bool'),
  Any: reduction('any', 'bool'),
  ArgMax: greatestIndex('max'),
  ArgMin: greatestIndex('min'),
  Cumsum: (call) => {
    const x = call.inputs['x']!;
    const [axis] = axesFor(call.attributes.axis, x.shape.length) as [number];
    const exclusive = call.attributes.exclusive;
    const reverse = call.attributes.reverse;
    return call.record({ kind: 'cumulative-sum', axis, exclusive, reverse }, [x], x.shape);
  },
  Softmax: (call) => {
    const logits = call.inputs['logits']!;
    return call.record({ kind: 'softmax', logarithm: false }, [logits], logits.shape);
  },
  LogSoftmax: (call) => {
    const logits = call.inputs['logits']!;
    return call.record({ kind: 'softmax', logarithm: true }, [logits], logits.shape);
  },
};

/** Reducing a number, or along no axis, changes nothing. */
function reduced(
  call: KernelCall,
  x: GraphNode,
  {
    name,
    axes,
    keep,
  }: { readonly name: ReduceName; readonly axes: readonly number[]; readonly keep: boolean },
  dtype: Dtype = x.dtype,
): GraphNode {
  const source =
    name === 'mean' && x.dtype !== dtype ? call.record({ kind: 'cast' }, [x], x.shape, dtype) : x;
  if (axes.length === 0) return source;
  return call.record(
    { kind: 'reduce', name, axes, keep },
    [source],
    reducedShape(x.shape, axes, keep),
    dtype,
  );
}
