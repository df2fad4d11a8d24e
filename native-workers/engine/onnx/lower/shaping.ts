import { axesOf, physicalAxes, physicalShape, transposedLayout, isTrivial } from '../layout.ts';
import {
  array,
  inLayout,
  layoutOf,
  plain,
  reshaped,
  type LowerContext,
  type LowerRule,
  type Operand,
} from './lowered.ts';
import { castTo } from './elementwise.ts';

export const lowerFill: LowerRule<'fill'> = ({ value }) => ({ kind: 'fill', value });

export const lowerRange: LowerRule<'range'> = ({ start, step }, { emitter, node }) => {
  const [count] = node.shape as [number];
  const numbers = Array.from({ length: count }, (_, i) => start + i * step);
  const bytes = node.dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return array(emitter.constant({ dtype: node.dtype, shape: [count], bytes: new Uint8Array(bytes.buffer) }));
};

export const lowerReshape: LowerRule<'reshape'> = (_operation, { emitter, node, inputs }) => {
  const [x] = inputs as [Operand];
  const isSame = x.node.shape.join() === node.shape.join();
  if (isSame || x.lowered.kind === 'fill') return x.lowered;
  const name = isTrivial(x.lowered.layout, x.node.shape) ? x.lowered.name : plain(emitter, x);
  return array(reshaped(emitter, name, node.shape));
};

/** Moves nothing: only the record of how memory lies changes. */
export const lowerTranspose: LowerRule<'transpose'> = ({ permutation }, { inputs }) => {
  const [x] = inputs as [Operand];
  if (x.lowered.kind === 'fill') return x.lowered;
  return array(x.lowered.name, transposedLayout(x.lowered.layout, permutation));
};

export const lowerSlice: LowerRule<'slice'> = ({ begin, strides }, context) => {
  const { emitter, node, inputs } = context;
  const { x, name, layout } = memoryOf(context);
  const ends = begin.map((start, axis) => {
    const stride = strides[axis]!;
    const end = start + (node.shape[axis]! - 1) * stride + Math.sign(stride);
    return end < 0 ? -x.node.shape[axis]! - 1 : end;
  });
  const touched = axesOf(layout, begin.length).filter(
    (axis) => begin[axis] !== 0 || strides[axis] !== 1 || node.shape[axis] !== inputs[0]!.node.shape[axis],
  );
  if (touched.length === 0) return array(name, layout);
  const lists = [begin, ends].map((list) => emitter.integers(touched.map((axis) => list[axis]!)));
  const axes = emitter.integers(physicalAxes(layout, touched));
  const steps = emitter.integers(touched.map((axis) => strides[axis]!));
  return array(emitter.emit('Slice', [name, ...lists, axes, steps]), layout);
};

export const lowerConcat: LowerRule<'concat'> = ({ axis }, { emitter, inputs }) => {
  const layout = layoutOf(inputs.find((input) => layoutOf(input)) ?? inputs[0]!);
  const names = inputs.map((input) => inLayout(emitter, input, layout));
  const physical = physicalAxes(layout, [axis])[0]!;
  return array(emitter.emit('Concat', names, { attributes: { axis: physical } }), layout);
};

export const lowerGather: LowerRule<'gather'> = ({ axis }, { emitter, inputs }) => {
  const [x, indices] = inputs as [Operand, Operand];
  const keepsRank = indices.node.shape.length === 1;
  const layout = keepsRank ? layoutOf(x) : undefined;
  const physical = physicalAxes(layout, [axis])[0]!;
  const names = [inLayout(emitter, x, layout), plain(emitter, indices)];
  return array(emitter.emit('Gather', names, { attributes: { axis: physical } }), layout);
};

export const lowerOneHot: LowerRule<'one-hot'> = ({ on, off }, { emitter, node, inputs }) => {
  const classes = node.shape[node.shape.length - 1]!;
  const steps = Array.from({ length: classes }, (_, i) => i);
  const table = emitter.constant({
    dtype: 'int32',
    shape: [classes],
    bytes: new Uint8Array(Int32Array.from(steps).buffer),
  });
  const column = reshaped(emitter, plain(emitter, inputs[0]!), [...inputs[0]!.node.shape, 1]);
  const hit = castTo(emitter, emitter.emit('Equal', [column, table]), node.dtype);
  if (on === 1 && off === 0) return array(hit);
  const scaled = emitter.emit('Mul', [hit, emitter.scalar(on - off, node.dtype)]);
  return array(emitter.emit('Add', [scaled, emitter.scalar(off, node.dtype)]));
};

export const lowerPad: LowerRule<'pad'> = ({ before, after, value }, context) => {
  const { name, layout, emitter } = memoryOf(context);
  const amounts = [...physicalShape(before, layout), ...physicalShape(after, layout)];
  const filler = emitter.scalar(value, context.node.dtype);
  return array(emitter.emit('Pad', [name, emitter.integers(amounts), filler]), layout);
};

export const lowerMirrorPad: LowerRule<'mirror-pad'> = ({ before, after, mode }, context) => {
  const { name, x, layout, emitter } = memoryOf(context);
  if (mode === 'reflect') {
    const amounts = emitter.integers([...physicalShape(before, layout), ...physicalShape(after, layout)]);
    return array(emitter.emit('Pad', [name, amounts], { attributes: { mode: 'reflect' } }), layout);
  }
  let padded = name;
  for (const [axis, size] of x.node.shape.entries()) {
    const indices = mirrored(size, before[axis]!, after[axis]!);
    if (indices.length === size) continue;
    const attributes = { axis: physicalAxes(layout, [axis])[0]! };
    padded = emitter.emit('Gather', [padded, emitter.integers(indices)], { attributes });
  }
  return array(padded, layout);
};

export const lowerTile: LowerRule<'tile'> = ({ repetitions }, context) => {
  const { name, layout, emitter } = memoryOf(context);
  return array(emitter.emit('Tile', [name, emitter.integers(physicalShape(repetitions, layout))]), layout);
};

export const lowerReverse: LowerRule<'reverse'> = ({ axes }, context) => {
  const { name, x, layout, emitter } = memoryOf(context);
  const lists = [
    axes.map(() => -1),
    axes.map((axis) => -x.node.shape[axis]! - 1),
    physicalAxes(layout, axes),
    axes.map(() => -1),
  ];
  return array(emitter.emit('Slice', [name, ...lists.map((list) => emitter.integers(list))]), layout);
};

function memoryOf({ emitter, inputs }: LowerContext) {
  const [x] = inputs as [Operand];
  const layout = layoutOf(x);
  return { emitter, x, layout, name: inLayout(emitter, x, layout) };
}

/** Indices of a mirrored axis whose edge is repeated: 1 0 | 0 1 2 | 2 1. */
function mirrored(size: number, before: number, after: number): number[] {
  return Array.from({ length: before + size + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return -1 - at;
    return at < size ? at : 2 * size - 1 - at;
  });
}
