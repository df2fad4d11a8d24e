import { slice_util, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';
import type { GraphNode } from '../graph.ts';
import { axesFor, type Kernel, type KernelCall, type KernelTable } from './kernel.ts';

const likeX =
  (value: number): Kernel =>
  (call) => {
    const x = call.inputs['x']!;
    return call.record({ kind: 'fill', value }, [], x.shape, x.dtype);
  };

export const shapingKernels: KernelTable = {
  Identity: ({ inputs }) => inputs['x']!,
  ZerosLike: likeX(0),
  OnesLike: likeX(1),
  Fill: (call) => {
    const value = call.attributes.value;
    const dtype = call.attributes.dtype ?? 'float32';
    return call.record({ kind: 'fill', value }, [], call.attributes.shape, dtype);
  },
  Range: (call) => {
    const { start, stop, step, dtype } = call.attributes;
    const towards = stop < start && step === 1 ? -1 : step;
    const count = Math.max(0, Math.ceil((stop - start) / towards));
    return call.record({ kind: 'range', start, step: towards }, [], [count], dtype);
  },
  Reshape: (call) => {
    const x = call.inputs['x']!;
    return reshape(call, x, inferredShape(sizeOf(x.shape), call.attributes.shape));
  },
  ExpandDims: (call) => {
    const x = call.inputs['input']!;
    const dim = call.attributes.dim;
    const at = dim < 0 ? dim + x.shape.length + 1 : dim;
    return reshape(call, x, x.shape.toSpliced(at, 0, 1));
  },
  Transpose: (call) => {
    const x = call.inputs['x']!;
    const permutation = call.attributes.perm;
    return call.record(
      { kind: 'transpose', permutation },
      [x],
      permutation.map((axis) => x.shape[axis]!),
      x.dtype,
    );
  },
  Slice: (call) => {
    const x = call.inputs['x']!;
    const { begin, size } = call.attributes;
    const [start, lengths] = slice_util.parseSliceParams(x as unknown as Tensor, begin, size) as [
      number[],
      number[],
    ];
    return slice(call, x, start, lengths);
  },
  StridedSlice: stridedSlice,
  SplitV: (call) => {
    const x = call.inputs['x']!;
    const axis = axesFor(call.attributes.axis, x.shape.length)[0]!;
    return pieces(call, x, axis, pieceSizes(call.attributes.numOrSizeSplits, x.shape[axis]!));
  },
  Unpack: (call) => {
    const x = call.inputs['value']!;
    const axis = axesFor(call.attributes.axis, x.shape.length)[0]!;
    const ones = Array.from({ length: x.shape[axis]! }, () => 1);
    return pieces(call, x, axis, ones).map((piece) => reshape(call, piece, piece.shape.toSpliced(axis, 1)));
  },
  Concat: (call) => {
    const parts = Object.values(call.inputs);
    return concat(call, parts, axesFor(call.attributes.axis, parts[0]!.shape.length)[0]!);
  },
  Pack: (call) => {
    const parts = Object.values(call.inputs);
    const axis = axesFor(call.attributes.axis, parts[0]!.shape.length + 1)[0]!;
    return concat(
      call,
      parts.map((part) => reshape(call, part, part.shape.toSpliced(axis, 0, 1))),
      axis,
    );
  },
  GatherV2: (call) => {
    const x = call.inputs['x']!;
    const indices = call.inputs['indices']!;
    const axis = axesFor(call.attributes.axis, x.shape.length)[0]!;
    if (call.attributes.batchDims > 0)
      throw new Error(
        `The onnx engine gathers without batch dimensions, got GatherV2 of [${x.shape.join(', ')}].`,
      );
    const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
    return call.record({ kind: 'gather', axis }, [x, indices], shape, x.dtype);
  },
  OneHot: (call) => {
    const indices = call.inputs['indices']!;
    const { depth, onValue, offValue, dtype } = call.attributes;
    const operation = { kind: 'one-hot', on: onValue, off: offValue } as const;
    return call.record(operation, [indices], [...indices.shape, depth], dtype ?? 'int32');
  },
  PadV2: (call) => {
    const { before, after, shape } = padding(call);
    const value = call.attributes.constantValue;
    return call.record({ kind: 'pad', before, after, value }, [call.inputs['x']!], shape);
  },
  MirrorPad: (call) => {
    const { before, after, shape } = padding(call);
    const mode = call.attributes.mode;
    return call.record({ kind: 'mirror-pad', before, after, mode }, [call.inputs['x']!], shape);
  },
  Tile: (call) => {
    const x = call.inputs['x']!;
    const repetitions = call.attributes.reps;
    const shape = x.shape.map((size, axis) => size * repetitions[axis]!);
    return call.record({ kind: 'tile', repetitions }, [x], shape);
  },
  Reverse: (call) => {
    const x = call.inputs['x']!;
    const axes = axesFor(call.attributes.dims, x.shape.length);
    return axes.length === 0 ? x : call.record({ kind: 'reverse', axes }, [x], x.shape);
  },
};

function reshape(call: KernelCall, x: GraphNode, shape: readonly number[]): GraphNode {
  return call.record({ kind: 'reshape' }, [x], shape, x.dtype);
}

function slice(
  call: KernelCall,
  x: GraphNode,
  begin: readonly number[],
  shape: readonly number[],
): GraphNode {
  const strides = begin.map(() => 1);
  return call.record({ kind: 'slice', begin, strides }, [x], shape, x.dtype);
}

function concat(call: KernelCall, parts: readonly GraphNode[], axis: number): GraphNode {
  if (parts.length === 1) return parts[0]!;
  const size = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  return call.record({ kind: 'concat', axis }, parts, parts[0]!.shape.with(axis, size), parts[0]!.dtype);
}

function pieces(call: KernelCall, x: GraphNode, axis: number, sizes: readonly number[]): GraphNode[] {
  let start = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0));
    start += size;
    return slice(call, x, begin, x.shape.with(axis, size));
  });
}

/** Equal pieces by their number, or sizes of which one may be -1: whatever is left. */
function pieceSizes(split: number | readonly number[], total: number): readonly number[] {
  if (typeof split === 'number') return Array.from({ length: split }, () => total / split);
  const known = split.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  return split.map((size) => (size < 0 ? total - known : size));
}

function inferredShape(size: number, shape: readonly number[]): number[] {
  const known = shape.filter((axis) => axis >= 0).reduce((product, axis) => product * axis, 1);
  return shape.map((axis) => (axis < 0 ? size / known : axis));
}

function padding(call: KernelCall) {
  const amounts = call.attributes.paddings;
  const before = amounts.map(([amount]) => amount);
  const after = amounts.map(([, amount]) => amount);
  const shape = call.inputs['x']!.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  return { before, after, shape };
}

function stridedSlice(call: KernelCall): GraphNode {
  const x = call.inputs['x']!;
  const a = call.attributes;
  const info = slice_util.sliceInfo(
    [...x.shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const shape = slice_util.computeOutShape(info.begin, info.end, info.strides);
  const sliced = call.record(
    { kind: 'slice', begin: info.begin, strides: info.strides },
    [x],
    shape,
    x.dtype,
  );
  return reshape(call, sliced, info.finalShape);
}
