import type { Dtype } from '../graph.ts';
import type { BinaryName, CompareName, UnaryName } from '../operation.ts';
import { broadcastShape, type Kernel, type KernelAttributes, type KernelTable } from './kernel.ts';

const unary =
  (name: UnaryName, dtype?: Dtype): Kernel =>
  (call) => {
    const x = call.inputs['x']!;
    return call.record({ kind: 'unary', name }, [x], x.shape, dtype ?? x.dtype);
  };

const binary =
  (name: BinaryName): Kernel =>
  (call) => {
    const pair = [call.inputs['a']!, call.inputs['b']!];
    return call.record({ kind: 'binary', name }, pair, broadcastShape(pair), pair[0]!.dtype);
  };

const compare =
  (name: CompareName): Kernel =>
  (call) => {
    const pair = [call.inputs['a']!, call.inputs['b']!];
    return call.record({ kind: 'compare', name }, pair, broadcastShape(pair), 'bool');
  };

const logical =
  (name: 'and' | 'or'): Kernel =>
  (call) => {
    const pair = [call.inputs['a']!, call.inputs['b']!];
    return call.record({ kind: 'logical', name }, pair, broadcastShape(pair), 'bool');
  };

const activation =
  (name: 'leaky-relu' | 'elu' | 'step', alphaOf: (attributes: KernelAttributes) => number): Kernel =>
  (call) => {
    const x = call.inputs['x']!;
    return call.record({ kind: 'activation', name, alpha: alphaOf(call.attributes) }, [x], x.shape);
  };

const alphaAttribute = ({ alpha }: KernelAttributes): number => alpha;

export const elementwiseKernels: KernelTable = {
  Abs: unary('abs'),
  Neg: unary('neg'),
  Exp: unary('exp'),
  Log: unary('log'),
  Sqrt: unary('sqrt'),
  Rsqrt: unary('reciprocal-sqrt'),
  Square: unary('square'),
  Reciprocal: unary('reciprocal'),
  Sign: unary('sign'),
  Relu: unary('relu'),
  Relu6: unary('relu6'),
  Sigmoid: unary('sigmoid'),
  Tanh: unary('tanh'),
  Softplus: unary('softplus'),
  Floor: unary('floor'),
  Ceil: unary('ceil'),
  Round: unary('round'),
  Erf: unary('erf'),
  Sin: unary('sin'),
  Cos: unary('cos'),
  Tan: unary('tan'),
  Asin: unary('asin'),
  Acos: unary('acos'),
  Atan: unary('atan'),
  Log1p: unary('log1p'),
  Expm1: unary('expm1'),
  IsNan: unary('is-nan', 'bool'),
  IsInf: unary('is-infinite', 'bool'),
  IsFinite: unary('is-finite', 'bool'),
  LeakyRelu: activation('leaky-relu', alphaAttribute),
  Elu: activation('elu', () => 1),
  Step: activation('step', alphaAttribute),
  ClipByValue: (call) => {
    const x = call.inputs['x']!;
    const min = call.attributes.clipValueMin;
    const max = call.attributes.clipValueMax;
    return call.record({ kind: 'clip', min, max }, [x], x.shape);
  },
  Add: binary('add'),
  Sub: binary('subtract'),
  Multiply: binary('multiply'),
  RealDiv: binary('divide'),
  Maximum: binary('maximum'),
  Minimum: binary('minimum'),
  Pow: binary('power'),
  FloorDiv: binary('floor-divide'),
  Mod: binary('modulo'),
  SquaredDifference: binary('squared-difference'),
  AddN: (call) =>
    Object.values(call.inputs).reduce((sum, next) =>
      call.record({ kind: 'binary', name: 'add' }, [sum, next], sum.shape, sum.dtype),
    ),
  Equal: compare('equal'),
  NotEqual: compare('not-equal'),
  Greater: compare('greater'),
  GreaterEqual: compare('greater-equal'),
  Less: compare('less'),
  LessEqual: compare('less-equal'),
  LogicalAnd: logical('and'),
  LogicalOr: logical('or'),
  LogicalNot: (call) => {
    const x = call.inputs['x']!;
    return call.record({ kind: 'logical', name: 'not' }, [x], x.shape, 'bool');
  },
  Select: (call) => {
    const condition = call.inputs['condition']!;
    const t = call.inputs['t']!;
    const e = call.inputs['e']!;
    const rank = t.shape.length;
    const mask =
      condition.shape.length === 1 && rank > 1
        ? call.record(
            { kind: 'reshape' },
            [condition],
            [...condition.shape, ...Array.from({ length: rank - 1 }, () => 1)],
            'bool',
          )
        : condition;
    return call.record({ kind: 'select' }, [mask, t, e], broadcastShape([mask, t, e]), t.dtype);
  },
  Cast: (call) => {
    const x = call.inputs['x']!;
    const dtype = call.attributes.dtype;
    return dtype === x.dtype ? x : call.record({ kind: 'cast' }, [x], x.shape, dtype);
  },
};
