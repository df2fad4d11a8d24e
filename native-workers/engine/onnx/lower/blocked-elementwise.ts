import { sizeOf } from '#contract/network-shapes.ts';
import { imageLayout } from '../layout.ts';
import type { BinaryName } from '../operation.ts';
import { asBlocks, blockedDomain, liesInBlocks, unblocked } from './blocked-form.ts';
import type { Emitter } from './emitter.ts';
import { array, plain, reshaped, type LowerContext, type Lowered, type Operand } from './lowered.ts';

/**
 * An operation on each value by itself, on images in blocks, for whose values it makes no difference how they lie.
 * Undefined where it has to be computed outside.
 */
export function unaryInBlocks(context: LowerContext, compute: (x: string) => string): Lowered | undefined {
  const [x] = context.inputs as [Operand];
  if (context.node.dtype !== 'float32' || !liesInBlocks(x, context)) return undefined;
  return outside(context, compute(asBlocks(x, context)));
}

/** A rectified affine map per channel is one pass. */
export function rectifiedInBlocks(context: LowerContext): Lowered | undefined {
  const { emitter, node } = context;
  return unaryInBlocks(context, (x) => {
    const affine = affineOf(emitter, x, node.shape[3]!);
    return affine ? mapped(emitter, { ...affine, isRectified: true }) : emitter.emit('Relu', [x]);
  });
}

export function binaryInBlocks(
  name: BinaryName,
  context: LowerContext,
  compute: (a: string, b: string) => string,
): Lowered | undefined {
  const { inputs, node } = context;
  if (node.dtype !== 'float32' || !inputs.some((input) => liesInBlocks(input, context))) return undefined;
  const [a, b] = inputs.map((input) => partOf(input, context)) as [Part | undefined, Part | undefined];
  if (!a || !b) return undefined;
  const result =
    a.kind === 'channels' || b.kind === 'channels'
      ? withChannels(name, context, [a, b])
      : (summed(name, context, [a, b]) ?? compute(a.name, b.name));
  return result === undefined ? undefined : outside(context, result);
}

const outside = ({ emitter, node }: LowerContext, x: string): Lowered =>
  array(unblocked(emitter, x, node.shape[3]!), imageLayout);

/** Images in blocks, one value per channel [channels], or a single number. */
type Part = { readonly kind: 'images' | 'channels' | 'number'; readonly name: string };
type Pair = readonly [Part, Part];

function partOf(operand: Operand, context: LowerContext): Part | undefined {
  const { emitter, node } = context;
  const { shape, dtype } = operand.node;
  const [channels] = node.shape.slice(-1) as [number];
  if (shape.join() === node.shape.join()) return { kind: 'images', name: asBlocks(operand, context) };
  if (operand.lowered.kind === 'fill')
    return { kind: 'number', name: emitter.scalar(operand.lowered.value, dtype) };
  const values = sizeOf(shape);
  if (values === 1) return { kind: 'number', name: reshaped(emitter, plain(emitter, operand), []) };
  if (values !== channels || shape.at(-1) !== channels) return undefined;
  return { kind: 'channels', name: reshaped(emitter, plain(emitter, operand), [channels]) };
}

/** x * scale + shift + addend, per channel: one pass as a convolution that looks at a pixel and a channel each. */
type Affine = {
  readonly x: string;
  readonly channels: number;
  readonly scale: string;
  readonly shift?: string | undefined;
  /** Images in blocks. */
  readonly addend?: string | undefined;
  readonly isRectified?: boolean;
};

function withChannels(name: BinaryName, { emitter, node }: LowerContext, [a, b]: Pair): string | undefined {
  const channels = node.shape[3]!;
  const [images, values] = a.kind === 'images' ? [a, b] : [b, a];
  const ones = (): string =>
    emitter.emit('Expand', [emitter.scalar(1, 'float32'), emitter.integers([channels])]);
  const shifted = (shift: string): string => {
    const known = affineOf(emitter, images.name, channels);
    const isOpen = known && known.shift === undefined && known.isRectified !== true;
    return mapped(emitter, isOpen ? { ...known, shift } : { x: images.name, channels, scale: ones(), shift });
  };
  switch (name) {
    case 'multiply':
      return mapped(emitter, { x: images.name, channels, scale: values.name });
    case 'add':
      return shifted(values.name);
    case 'subtract':
      return values === b ? shifted(emitter.emit('Neg', [values.name])) : undefined;
    default:
      return undefined;
  }
}

/** A sum with an affine map is part of its pass. */
function summed(name: BinaryName, { emitter, node }: LowerContext, [a, b]: Pair): string | undefined {
  if (name !== 'add' || a.kind !== 'images' || b.kind !== 'images') return undefined;
  const pairs: readonly Pair[] = [
    [a, b],
    [b, a],
  ];
  for (const [{ name: one }, { name: addend }] of pairs) {
    const affine = affineOf(emitter, one, node.shape[3]!);
    if (affine && affine.addend === undefined && affine.isRectified !== true)
      return mapped(emitter, { ...affine, addend });
  }
  return undefined;
}

export function mapped(emitter: Emitter, { x, channels, scale, shift, addend, isRectified }: Affine): string {
  const weights = reshaped(emitter, scale, [channels, 1, 1, 1]);
  const optional = addend === undefined ? (shift === undefined ? [] : [shift]) : [shift ?? '', addend];
  const attributes = {
    kernel_shape: [1, 1],
    group: channels,
    ...(isRectified === true && { activation: 'Relu' }),
  };
  return emitter.emit('Conv', [x, weights, ...optional], { attributes, domain: blockedDomain });
}

/** The affine map that gave these images, if one did. Nobody but its reader may need them: then it is not computed. */
function affineOf(emitter: Emitter, images: string, channels: number): Affine | undefined {
  const producer = emitter.producer(images);
  const isMap = producer?.domain === blockedDomain && producer.attributes['group'] === channels;
  if (!isMap) return undefined;
  const [x, weights, shift, addend] = producer.inputs as [string, string, string?, string?];
  return {
    x,
    channels,
    scale: emitter.producer(weights)!.inputs[0]!,
    shift: shift === '' ? undefined : shift,
    addend,
    isRectified: producer.attributes['activation'] === 'Relu',
  };
}
