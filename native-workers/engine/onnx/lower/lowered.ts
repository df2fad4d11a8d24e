import type { GraphNode } from '../graph.ts';
import { isTrivial, permutationBetween, physicalShape, sameLayout, type Layout } from '../layout.ts';
import type { ConvolutionGeometry, Operation } from '../operation.ts';
import type { Emitter } from './emitter.ts';

/** A node as it stands in the model: an array by name, or one number that fills its shape. */
export type Lowered =
  | { readonly kind: 'array'; readonly name: string; readonly layout: Layout }
  | { readonly kind: 'fill'; readonly value: number };

/** A node's input: what it is, and how it was lowered. */
export type Operand = { readonly node: GraphNode; readonly lowered: Lowered };

export type LowerContext = {
  readonly emitter: Emitter;
  readonly node: GraphNode;
  readonly inputs: readonly Operand[];
  readonly settings: LowerSettings;
};
export type LowerSettings = {
  /** How filter gradients are computed; left out: by the rule of thumb. */
  readonly chooseFilterGradient?: FilterGradientChoice;
  /** How many channels lie together in memory for the native library's fast convolution, where it has one. */
  readonly channelBlock?: number;
  /** Whether images stay in such blocks from operation to operation; else onnxruntime decides by itself. */
  readonly keepsBlocks?: boolean;
  /** Only operators that devices other than the processor have (devices/portable-emitter). */
  readonly isPortable?: boolean;
};
/**
 * In rows: images change places with channels, and rows of pixels with their channels side by side are the picture.
 * Per image: windows as columns, one small product per image, then a sum over images.
 * By position: for each filter position one long product over all images, with channel-major memory on both sides.
 * As convolution: images change places with channels, and the slopes are the filter.
 */
export const filterGradientVariants = ['in-rows', 'per-image', 'by-position', 'as-convolution'] as const;
export type FilterGradientVariant = (typeof filterGradientVariants)[number];
/** A layer's convolution: how many images, channels of its input and of its output. */
export type FilterGradientShape = {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly geometry: ConvolutionGeometry;
};
export type FilterGradientChoice = (shape: FilterGradientShape) => FilterGradientVariant;
export type LowerRule<Kind extends Operation['kind']> = (
  operation: Extract<Operation, { kind: Kind }>,
  context: LowerContext,
) => Lowered;

export function array(name: string, layout?: Layout): Lowered {
  return { kind: 'array', name, layout };
}

/** Whether its values are part of the program. */
export function isBaked({ node }: Operand): boolean {
  return node.state.kind === 'stored' && node.state.store.frozen !== undefined;
}

export function layoutOf({ lowered }: Operand): Layout {
  return lowered.kind === 'array' ? lowered.layout : undefined;
}

/** The operand's name in the model, once it lies in memory as asked. */
export function inLayout(emitter: Emitter, { node, lowered }: Operand, layout: Layout): string {
  if (lowered.kind === 'fill') return filled(emitter, node, layout, lowered.value);
  return relaid(emitter, lowered.name, { shape: node.shape, from: lowered.layout, to: layout });
}

/** The operand's name in the model, in logical order. */
export function plain(emitter: Emitter, operand: Operand): string {
  return inLayout(emitter, operand, undefined);
}

export function relaid(
  emitter: Emitter,
  name: string,
  { shape, from, to }: { readonly shape: readonly number[]; readonly from: Layout; readonly to: Layout },
): string {
  if (sameLayout(from, to)) return name;
  const permutation = permutationBetween(from, to, shape.length);
  if (isTrivial(permutation, physicalShape(shape, from)))
    return reshaped(emitter, name, physicalShape(shape, to));
  return transposed(emitter, name, permutation);
}

export function reshaped(emitter: Emitter, name: string, shape: readonly number[]): string {
  return emitter.emit('Reshape', [name, emitter.integers(shape)]);
}

export function transposed(emitter: Emitter, name: string, permutation: readonly number[]): string {
  return emitter.emit('Transpose', [name], { attributes: { perm: permutation } });
}

function filled(emitter: Emitter, node: GraphNode, layout: Layout, value: number): string {
  const scalar = emitter.scalar(value, node.dtype);
  if (node.shape.length === 0) return scalar;
  return emitter.emit('Expand', [scalar, emitter.integers(physicalShape(node.shape, layout))]);
}
