import { createEmitter, type Emitter } from '../lower/emitter.ts';
import type { OnnxAttribute } from '../writer.ts';

/**
 * An emitter for devices other than the processor: operators that onnxruntime 1.30 lacks there (the processor would
 * compute them, and their operands would cross over and back), or that lose NaN or compute wrongly there, are written
 * with others. What each of them does there was seen with WebGPU.
 */
export function createPortableEmitter(): Emitter {
  const emitter = createEmitter();
  const emitAll: Emitter['emitAll'] = (op, inputs, settings) => {
    const substitute = substitutes[op];
    if (!substitute || settings.count > 1) return emitter.emitAll(op, inputs, settings);
    return [substitute(emitter, inputs, settings.attributes ?? {})];
  };
  return {
    ...emitter,
    emitAll,
    emit: (op, inputs, settings) => emitAll(op, inputs, { ...settings, count: 1 })[0]!,
  };
}

type Attributes = Readonly<Record<string, OnnxAttribute>>;
type Substitute = (emitter: Emitter, inputs: readonly string[], attributes: Attributes) => string;

/** A comparison with NaN is false, so that NaN comes out where the last operand of these does. */
const substitutes: Readonly<Record<string, Substitute>> = {
  Relu: (emitter, [x]) => {
    const zero = emitter.scalar(0, 'float32');
    return emitter.emit('Where', [emitter.emit('Less', [x!, zero]), zero, x!]);
  },
  Clip: (emitter, [x, min, max]) => {
    const raised = emitter.emit('Where', [emitter.emit('Less', [x!, min!]), min!, x!]);
    return emitter.emit('Where', [emitter.emit('Greater', [raised, max!]), max!, raised]);
  },
  HardSigmoid: (emitter, [x], { alpha }) => sideOfZero(emitter, x!, alpha),
  Exp: keepingNaN('Exp'),
  Sigmoid: keepingNaN('Sigmoid'),
  Softplus: keepingNaN('Softplus'),
  Elu: keepingNaN('Elu'),
  Softmax: (emitter, [x], attributes) =>
    keepingNaN('Exp')(emitter, [emitter.emit('LogSoftmax', [x!], { attributes })], {}),
  IsNaN: (emitter, [x]) => emitter.emit('Not', [emitter.emit('Equal', [x!, x!])]),
  IsInf: (emitter, [x]) =>
    emitter.emit('Equal', [emitter.emit('Abs', [x!]), emitter.scalar(Infinity, 'float32')]),
  Or: (emitter, operands) => {
    const neither = operands.map((operand) => emitter.emit('Not', [operand]));
    return emitter.emit('Not', [emitter.emit('And', neither)]);
  },
  Sin: onProcessor('Sin'),
  Cos: onProcessor('Cos'),
  FusedMatMul: (emitter, [a, b], { transB }) => {
    const right = transB === 1 ? emitter.emit('Transpose', [b!], { attributes: { perm: [0, 2, 1] } }) : b!;
    return emitter.emit('MatMul', [a!, right]);
  },
  SpaceToDepth: (emitter, [x], { blocksize }) => spaceToDepth(emitter, x!, Number(blocksize)),
  Slice: slice,
};

function keepingNaN(op: string): Substitute {
  return (emitter, [x], attributes) => {
    const isNumber = emitter.emit('Equal', [x!, x!]);
    return emitter.emit('Where', [isNumber, emitter.emit(op, [x!], { attributes }), x!]);
  };
}

/** A device may take liberties with an angle (Vulkan: 2^-11); nothing but the processor computes with float64. */
function onProcessor(op: string): Substitute {
  const [float32, float64] = [1, 11];
  return (emitter, [x]) => {
    const wide = emitter.emit('Cast', [x!], { attributes: { to: float64 } });
    return emitter.emit('Cast', [emitter.emit(op, [wide])], { attributes: { to: float32 } });
  };
}

/** The steep HardSigmoid that stands for a comparison with zero on the processor (lower/elementwise). */
function sideOfZero(emitter: Emitter, x: string, alpha: OnnxAttribute | undefined): string {
  if (typeof alpha !== 'object' || !('real' in alpha) || Math.abs(alpha.real) < 1e38)
    throw new Error('Expected HardSigmoid to be the one that tells the side of zero.');
  const [zero, one] = [emitter.scalar(0, 'float32'), emitter.scalar(1, 'float32')];
  const [beyond, within] = alpha.real > 0 ? ['Greater', 'LessOrEqual'] : ['Less', 'GreaterOrEqual'];
  const notBeyond = emitter.emit('Where', [emitter.emit(within, [x, zero]), zero, x]);
  return emitter.emit('Where', [emitter.emit(beyond, [x, zero]), one, notBeyond]);
}

/** Channels of each block position one after the other, as the operator of that name orders them. */
function spaceToDepth(emitter: Emitter, x: string, block: number): string {
  const lists = [[toTheEnd, toTheEnd], [2, 3], [block, block]].map((list) => emitter.integers(list)); // prettier-ignore
  const positions = Array.from({ length: block * block }, (_, i) => {
    const starts = emitter.integers([Math.floor(i / block), i % block]);
    return emitter.emit('Slice', [x, starts, ...lists]);
  });
  return emitter.emit('Concat', positions, { attributes: { axis: 1 } });
}

const toTheEnd = 2 ** 31 - 1;
const beforeTheStart = -(2 ** 31);

/** WebGPU's Slice with a negative step always begins at the last element: what lies beyond is cut off before. */
function slice(emitter: Emitter, inputs: readonly string[]): string {
  const [x, ...names] = inputs as [string, ...string[]];
  const [starts, ends, axes, steps] = names.map((name) => integersOf(emitter, name));
  const backwards = [...(steps ?? []).keys()].filter((i) => steps![i]! < 0 && starts![i] !== -1);
  if (!steps || backwards.length === 0) return emitter.emit('Slice', inputs);
  const cut = [
    backwards.map((i) => Math.max(0, ends![i]! + 1)),
    backwards.map((i) => starts![i]! + 1),
    backwards.map((i) => axes![i]!),
  ];
  const shortened = emitter.emit('Slice', [x, ...cut.map((list) => emitter.integers(list))]);
  const rest = [
    starts!.map((start, i) => (backwards.includes(i) ? -1 : start)),
    ends!.map((end, i) => (backwards.includes(i) ? beforeTheStart : end)),
    axes!,
    steps,
  ];
  return emitter.emit('Slice', [shortened, ...rest.map((list) => emitter.integers(list))]);
}

function integersOf({ constants }: Emitter, name: string): readonly number[] {
  const { bytes } = constants.find((constant) => constant.name === name)!;
  const { buffer, byteOffset, byteLength } = bytes;
  return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
}
