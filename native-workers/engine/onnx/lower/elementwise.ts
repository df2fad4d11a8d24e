import { sizeOf } from '#contract/network-shapes.ts';
import { isTrivial, permutationBetween, physicalShape, type Layout } from '../layout.ts';
import type { BinaryName, CompareName, UnaryName } from '../operation.ts';
import { binaryInBlocks, rectifiedInBlocks, unaryInBlocks } from './blocked-elementwise.ts';
import type { Emitter } from './emitter.ts';
import {
  array,
  inLayout,
  layoutOf,
  relaid,
  reshaped,
  transposed,
  type LowerContext,
  type LowerRule,
  type Operand,
} from './lowered.ts';

export const lowerUnary: LowerRule<'unary'> = ({ name }, context) =>
  (name === 'relu' ? rectifiedInBlocks(context) : undefined) ??
  sameMemory(context, (x) => unaryOps[name](context.emitter, x));

export const lowerActivation: LowerRule<'activation'> = ({ name, alpha }, context) => {
  const { emitter } = context;
  return sameMemory(context, (x) => {
    switch (name) {
      case 'leaky-relu':
        return emitter.emit('LeakyRelu', [x], { attributes: { alpha: { real: alpha } } });
      case 'elu':
        return emitter.emit('Elu', [x], { attributes: { alpha: { real: alpha } } });
      case 'step':
        return stepOf(emitter, x, alpha);
    }
  });
};

export const lowerClip: LowerRule<'clip'> = ({ min, max }, context) =>
  sameMemory(context, (x) => {
    const { emitter, node } = context;
    return emitter.emit('Clip', [x, emitter.scalar(min, node.dtype), emitter.scalar(max, node.dtype)]);
  });

export const lowerBinary: LowerRule<'binary'> = ({ name }, context) => {
  const [a, b] = context.inputs as [Operand, Operand];
  const neutral = neutralOperand(name, context);
  if (neutral) return array(inLayout(context.emitter, neutral, layoutOf(neutral)), layoutOf(neutral));
  const compute = (x: string, y: string): string => binaryOps[name](context.emitter, x, y);
  const inBlocks = binaryInBlocks(name, context, compute);
  if (inBlocks) return inBlocks;
  const layout = commonLayout(context);
  return array(compute(aligned(context, a, layout), aligned(context, b, layout)), layout);
};

export const lowerCompare: LowerRule<'compare'> = ({ name }, context) => {
  const [a, b] = context.inputs as [Operand, Operand];
  const layout = commonLayout(context);
  const [op, negated] = compareOps[name];
  const result = context.emitter.emit(op, [aligned(context, a, layout), aligned(context, b, layout)]);
  return array(negated ? context.emitter.emit('Not', [result]) : result, layout);
};

export const lowerLogical: LowerRule<'logical'> = ({ name }, context) => {
  const layout = commonLayout(context);
  const inputs = context.inputs.map((input) => aligned(context, input, layout));
  return array(context.emitter.emit({ and: 'And', or: 'Or', xor: 'Xor', not: 'Not' }[name], inputs), layout);
};

export const lowerSelect: LowerRule<'select'> = (_operation, context) => {
  const layout = commonLayout(context);
  const inputs = context.inputs.map((input) => aligned(context, input, layout));
  return array(context.emitter.emit('Where', inputs), layout);
};

export const lowerCast: LowerRule<'cast'> = (_operation, context) =>
  sameMemory(context, (x) => castTo(context.emitter, x, context.node.dtype));

const castCodes = { float32: 1, int32: 6, int64: 7, bool: 9 };

export function castTo(emitter: Emitter, x: string, dtype: keyof typeof castCodes): string {
  return emitter.emit('Cast', [x], { attributes: { to: castCodes[dtype] } });
}

const simple =
  (op: string) =>
  (emitter: Emitter, ...inputs: readonly string[]): string =>
    emitter.emit(op, inputs);

const unaryOps: Record<UnaryName, (emitter: Emitter, x: string) => string> = {
  abs: simple('Abs'),
  neg: simple('Neg'),
  exp: simple('Exp'),
  log: simple('Log'),
  sqrt: simple('Sqrt'),
  'reciprocal-sqrt': (emitter, x) => emitter.emit('Reciprocal', [emitter.emit('Sqrt', [x])]),
  square: (emitter, x) => emitter.emit('Mul', [x, x]),
  reciprocal: simple('Reciprocal'),
  sign: (emitter, x) =>
    emitter.emit('Sub', [isBeyondZero(emitter, x, huge), isBeyondZero(emitter, x, -huge)]),
  relu: simple('Relu'),
  relu6: (emitter, x) =>
    emitter.emit('Clip', [x, emitter.scalar(0, 'float32'), emitter.scalar(6, 'float32')]),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  softplus: simple('Softplus'),
  floor: simple('Floor'),
  ceil: simple('Ceil'),
  round: simple('Round'),
  erf: simple('Erf'),
  sin: simple('Sin'),
  cos: simple('Cos'),
  tan: simple('Tan'),
  asin: simple('Asin'),
  acos: simple('Acos'),
  atan: simple('Atan'),
  log1p: (emitter, x) => emitter.emit('Log', [emitter.emit('Add', [x, emitter.scalar(1, 'float32')])]),
  expm1: (emitter, x) => emitter.emit('Sub', [emitter.emit('Exp', [x]), emitter.scalar(1, 'float32')]),
  'is-nan': simple('IsNaN'),
  'is-infinite': simple('IsInf'),
  'is-finite': (emitter, x) =>
    emitter.emit('Not', [emitter.emit('Or', [emitter.emit('IsNaN', [x]), emitter.emit('IsInf', [x])])]),
};

const binaryOps: Record<BinaryName, (emitter: Emitter, a: string, b: string) => string> = {
  add: simple('Add'),
  subtract: simple('Sub'),
  multiply: simple('Mul'),
  divide: simple('Div'),
  maximum: simple('Max'),
  minimum: simple('Min'),
  power: simple('Pow'),
  'floor-divide': (emitter, a, b) => {
    const [x, y] = [castTo(emitter, a, 'float32'), castTo(emitter, b, 'float32')];
    return castTo(emitter, emitter.emit('Floor', [emitter.emit('Div', [x, y])]), 'int32');
  },
  modulo: (emitter, a, b) => {
    const whole = emitter.emit('Floor', [emitter.emit('Div', [a, b])]);
    return emitter.emit('Sub', [a, emitter.emit('Mul', [whole, b])]);
  },
  'squared-difference': (emitter, a, b) => {
    const difference = emitter.emit('Sub', [a, b]);
    return emitter.emit('Mul', [difference, difference]);
  },
};

const compareOps: Record<CompareName, readonly [op: string, negated: boolean]> = {
  equal: ['Equal', false],
  'not-equal': ['Equal', true],
  greater: ['Greater', false],
  'greater-equal': ['GreaterOrEqual', false],
  less: ['Less', false],
  'less-equal': ['LessOrEqual', false],
};

/** An operation on each value by itself works in whatever order memory is. */
function sameMemory(context: LowerContext, lower: (x: string) => string): ReturnType<LowerRule<'unary'>> {
  const x = context.inputs[0]!;
  const inBlocks = unaryInBlocks(context, lower);
  if (inBlocks) return inBlocks;
  return array(lower(inLayout(context.emitter, x, layoutOf(x))), layoutOf(x));
}

/** Carries every normal number beyond 1; what is smaller counts as zero here anyway. */
const huge = 3e38;

/**
 * 1 where `x` lies on the side of zero that `slope` points to, else 0. onnxruntime's own Sign and comparisons take
 * several times as long; a product and a clip would be folded into the weights of a convolution and overflow there.
 */
function isBeyondZero(emitter: Emitter, x: string, slope: number): string {
  return emitter.emit('HardSigmoid', [x], { attributes: { alpha: { real: slope }, beta: { real: 0 } } });
}

/** 1 above zero, alpha below. */
function stepOf(emitter: Emitter, x: string, alpha: number): string {
  const positive = isBeyondZero(emitter, x, huge);
  if (alpha === 0) return positive;
  const scaled = emitter.emit('Mul', [positive, emitter.scalar(1 - alpha, 'float32')]);
  return emitter.emit('Add', [scaled, emitter.scalar(alpha, 'float32')]);
}

/** The other operand of `x * 1` and `x + 0`, when it has the result's shape already. */
function neutralOperand(name: BinaryName, { node, inputs }: LowerContext): Operand | undefined {
  const neutral = name === 'multiply' ? 1 : name === 'add' ? 0 : undefined;
  const fill = inputs.findIndex(({ lowered }) => lowered.kind === 'fill' && lowered.value === neutral);
  if (neutral === undefined || fill === -1) return undefined;
  const other = inputs[1 - fill]!;
  return sameShape(other, node.shape) ? other : undefined;
}

/** The layout of a result: that of the first full-sized operand whose memory is not in logical order. */
function commonLayout({ node, inputs }: LowerContext): Layout {
  const laidOut = inputs.filter((input) => input.node.shape.length === node.shape.length && layoutOf(input));
  const whole = laidOut.find((input) => sizeOf(input.node.shape) === sizeOf(node.shape)) ?? laidOut[0];
  return whole && layoutOf(whole);
}

/** An operand ready to be broadcast against others that lie in `layout`. */
function aligned({ emitter, node, inputs }: LowerContext, operand: Operand, layout: Layout): string {
  const { shape, dtype } = operand.node;
  const rank = node.shape.length;
  const padded = [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
  if (operand.lowered.kind === 'fill') {
    const spans = inputs.some((other) => other.lowered.kind === 'array' && sameShape(other, node.shape));
    if (spans) return emitter.scalar(operand.lowered.value, dtype);
    return inLayout(emitter, { ...operand, node: { ...operand.node, shape: padded } }, layout);
  }
  if (shape.length === rank)
    return relaid(emitter, operand.lowered.name, { shape, from: operand.lowered.layout, to: layout });
  const name = inLayout(emitter, operand, undefined);
  if (!layout || shape.length === 0) return name;
  const permutation = permutationBetween(undefined, layout, rank);
  if (isTrivial(permutation, padded)) return reshaped(emitter, name, physicalShape(padded, layout));
  return transposed(emitter, reshaped(emitter, name, padded), permutation);
}

function sameShape({ node }: Operand, shape: readonly number[]): boolean {
  return node.shape.join() === shape.join();
}
