import { backend_util, broadcast_util } from '@tensorflow/tfjs-core';
import type { Dtype, GraphNode } from '../graph.ts';
import type { Operation } from '../operation.ts';

/** A call of a tfjs kernel, on nodes. A kernel infers shapes and records operations; it computes nothing. */
export type KernelCall = {
  readonly inputs: Readonly<Record<string, GraphNode>>;
  readonly attributes: KernelAttributes;
  record(
    operation: Operation,
    inputs: readonly GraphNode[],
    shape: readonly number[],
    dtype?: Dtype,
  ): GraphNode;
};
/** The attributes that kernels here look at, as tfjs-core names them; each kernel is given those of its own. */
export type KernelAttributes = {
  readonly activation: string;
  readonly alpha: number;
  readonly axis: number | readonly number[] | undefined;
  readonly batchDims: number;
  readonly begin: number[];
  readonly beginMask: number;
  readonly clipValueMax: number;
  readonly clipValueMin: number;
  readonly constantValue: number;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly depth: number;
  readonly dilations: [number, number] | number | undefined;
  readonly dim: number;
  readonly dims: readonly number[];
  readonly dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
  readonly dtype: Dtype | undefined;
  readonly ellipsisMask: number;
  readonly end: number[];
  readonly endMask: number;
  readonly exclusive: boolean;
  readonly filterShape: [number, number, number, number];
  readonly filterSize: [number, number] | number;
  readonly inputShape: [number, number, number, number];
  readonly keepDims: boolean | undefined;
  readonly mode: 'reflect' | 'symmetric';
  readonly newAxisMask: number;
  readonly numOrSizeSplits: number | readonly number[];
  readonly offValue: number;
  readonly onValue: number;
  readonly pad: 'same' | 'valid' | number;
  readonly paddings: readonly (readonly [number, number])[];
  readonly perm: readonly number[];
  /** What Max calls its axes. */
  readonly reductionIndices: number | readonly number[] | undefined;
  readonly reps: readonly number[];
  readonly reverse: boolean;
  readonly shape: readonly number[];
  readonly shrinkAxisMask: number;
  readonly size: number[];
  readonly start: number;
  readonly step: number;
  readonly stop: number;
  readonly strides: [number, number];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly value: number;
};
export type Kernel = (call: KernelCall) => GraphNode | readonly GraphNode[];
export type KernelTable = Readonly<Record<string, Kernel>>;

export function broadcastShape(nodes: readonly GraphNode[]): readonly number[] {
  return nodes.reduce<number[]>(
    (shape, node) => broadcast_util.assertAndGetBroadcastShape(shape, [...node.shape]),
    [],
  );
}

/** Axes as given (one, several, all when left out; negative from the end) as a sorted list. */
export function axesFor(axis: number | readonly number[] | undefined | null, rank: number): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: rank }, (_, i) => i);
  return [axis]
    .flat()
    .map((each) => (each + rank) % rank)
    .sort((a, b) => a - b);
}

export function reducedShape(shape: readonly number[], axes: readonly number[], keep: boolean): number[] {
  if (keep) return backend_util.expandShapeToKeepDim(removedAxes(shape, axes), [...axes]);
  return removedAxes(shape, axes);
}

function removedAxes(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}
