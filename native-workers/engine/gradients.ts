import {
  engine,
  getGradient,
  registerGradient,
  reshape,
  step as positivePart,
  sub,
  sum,
  mul,
  neg,
  onesLike,
  pad,
  sign,
  slice,
  div,
  matMul,
  transpose,
  greaterEqual,
  lessEqual,
  cast,
  zerosLike,
  type GradConfig,
  type NamedAttrMap,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '#contract/network-shapes.ts';

/**
 * The derivative of every operation that algorithms differentiate through: one row per kernel.
 * The Node bundle of tfjs-core brings none, and these ask of a backend only the kernels that every engine has.
 */
const gradients: readonly GradConfig[] = [
  { kernelName: 'Identity', gradFunc: (dy: Tensor) => ({ x: () => cast(dy, 'float32') }) },
  { kernelName: 'Cast', gradFunc: (dy: Tensor) => ({ x: () => cast(dy, 'float32') }) },
  { kernelName: 'Neg', gradFunc: (dy: Tensor) => ({ x: () => neg(dy) }) },
  {
    kernelName: 'Reshape',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x]) => ({ x: () => reshape(dy, x!.shape) }),
  },
  {
    kernelName: 'ExpandDims',
    inputsToSave: ['input'],
    gradFunc: (dy: Tensor, [input]) => ({ input: () => reshape(dy, input!.shape) }),
  },
  {
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x], attributes) => ({ x: () => folded(dy, x!, attributes['reps'] as number[]) }),
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy: Tensor, _saved, attributes) => ({
      x: () => transpose(dy, inversePermutation(attributes['perm'] as number[])),
    }),
  },
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: Tensor, [a, b]) => ({ a: () => sumTo(dy, a!.shape), b: () => sumTo(dy, b!.shape) }),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: Tensor, [a, b]) => ({ a: () => sumTo(dy, a!.shape), b: () => neg(sumTo(dy, b!.shape)) }),
  },
  {
    kernelName: 'Multiply',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: Tensor, [a, b]) => ({
      a: () => sumTo(mul(dy, b!), a!.shape),
      b: () => sumTo(mul(dy, a!), b!.shape),
    }),
  },
  {
    kernelName: 'RealDiv',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: Tensor, [a, b]) => ({
      a: () => sumTo(div(dy, b!), a!.shape),
      // The quotient first: the square of a small b would be zero.
      b: () => neg(sumTo(div(mul(dy, div(a!, b!)), b!), b!.shape)),
    }),
  },
  {
    kernelName: 'Square',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x]) => ({ x: () => mul(dy, mul(x!, 2)) }),
  },
  { kernelName: 'Abs', inputsToSave: ['x'], gradFunc: (dy: Tensor, [x]) => ({ x: () => mul(dy, sign(x!)) }) },
  {
    kernelName: 'Sqrt',
    outputsToSave: [true],
    gradFunc: (dy: Tensor, [y]) => ({ x: () => div(dy, mul(y!, 2)) }),
  },
  {
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy: Tensor, [y]) => ({ x: () => mul(dy, positivePart(y!)) }),
  },
  {
    kernelName: 'Sigmoid',
    outputsToSave: [true],
    gradFunc: (dy: Tensor, [y]) => ({ x: () => mul(dy, mul(y!, sub(1, y!))) }),
  },
  { kernelName: 'Maximum', inputsToSave: ['a', 'b'], gradFunc: chosenWhere(greaterEqual) },
  { kernelName: 'Minimum', inputsToSave: ['a', 'b'], gradFunc: chosenWhere(lessEqual) },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x], attributes) => ({
      x: () => spread(dy, x!, attributes['axis'] as number | number[] | null | undefined),
    }),
  },
  { kernelName: 'Concat', saveAllInputs: true, gradFunc: concatGradient },
  {
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x], attributes) => ({ x: () => padTo(dy, x!, attributes['begin'] as number[]) }),
  },
  {
    kernelName: 'PadV2',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x], attributes) => {
      const begin = (attributes['paddings'] as readonly [number, number][]).map(([before]) => before);
      return { x: () => slice(dy, begin, x!.shape) };
    },
  },
  {
    // Where several are equal, the first of the window takes it all, as in PyTorch.
    kernelName: 'MaxPool',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy: Tensor, [x, y], attributes) => ({
      x: () => runKernel('MaxPoolGrad', { dy, input: x!, output: y! }, attributes),
    }),
  },
  {
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy: Tensor, [x], attributes) => ({
      x: () => runKernel('AvgPoolGrad', { dy, input: x! }, attributes),
    }),
  },
  {
    // The pool's input gives but its shape.
    kernelName: 'AvgPoolGrad',
    gradFunc: (ddx: Tensor, _saved, attributes) => ({
      dy: () => runKernel('AvgPool', { x: ddx }, attributes),
    }),
  },
  {
    // What comes out goes to the greatest of each window: the derivative is read there. Which one that is, does not slope.
    kernelName: 'MaxPoolGrad',
    inputsToSave: ['dy', 'input', 'output'],
    gradFunc: (ddx: Tensor, saved, attributes) => ({
      dy: () => atGreatest(ddx, saved as [Tensor, Tensor, Tensor], attributes),
      input: () => zerosLike(saved[1]!),
      output: () => zerosLike(saved[2]!),
    }),
  },
  { kernelName: 'Conv2D', inputsToSave: ['x', 'filter'], gradFunc: convolutionGradient },
  { kernelName: 'Conv2DBackpropInput', inputsToSave: ['dy', 'filter'], gradFunc: transposedGradient },
  {
    kernelName: 'FusedConv2D',
    inputsToSave: ['x', 'filter', 'bias'],
    outputsToSave: [true],
    gradFunc: (dy: Tensor, [x, filter, bias, y], attributes) => {
      const before = beforeActivation(dy, y!, attributes);
      return {
        ...convolutionGradient(before, [x!, filter!], attributes),
        bias: () => sumTo(before, bias!.shape),
      };
    },
  },
  { kernelName: 'BatchMatMul', inputsToSave: ['a', 'b'], gradFunc: matrixProductGradient },
  {
    kernelName: '_FusedMatMul',
    inputsToSave: ['a', 'b', 'bias'],
    outputsToSave: [true],
    gradFunc: (dy: Tensor, [a, b, bias, y], attributes) => {
      const before = beforeActivation(dy, y!, attributes);
      return {
        ...matrixProductGradient(before, [a!, b!], attributes),
        bias: () => sumTo(before, bias!.shape),
      };
    },
  },
] as readonly GradConfig[];

/** Makes the table known to tfjs-core; a second call changes nothing. */
export function registerGradients(): void {
  for (const gradient of gradients)
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- getGradient is typed as if it always found one
    if (!getGradient(gradient.kernelName)) registerGradient(gradient);
}

type Derivatives = Record<string, () => Tensor>;

function convolutionGradient(dy: Tensor, saved: readonly Tensor[], attributes: NamedAttrMap): Derivatives {
  const [x, filter] = saved as [Tensor, Tensor];
  const { strides, pad, dataFormat, dimRoundingMode } = attributes;
  const settings = { strides, pad, dataFormat, dimRoundingMode } as NamedAttrMap;
  return {
    x: () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...settings, inputShape: x.shape }),
    filter: () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...settings, filterShape: filter.shape }),
  };
}

/** The convolution that a pass through its transpose undoes is itself the derivative of that pass. */
function transposedGradient(ddx: Tensor, saved: readonly Tensor[], attributes: NamedAttrMap): Derivatives {
  const [dy, filter] = saved as [Tensor, Tensor];
  return {
    dy: () => runKernel('Conv2D', { x: ddx, filter }, { ...attributes, dilations: [1, 1] }),
    filter: () =>
      runKernel('Conv2DBackpropFilter', { x: ddx, dy }, { ...attributes, filterShape: filter.shape }),
  };
}

/** Undoes repetition: the sum over all copies of a value. */
function folded(dy: Tensor, { shape }: Tensor, repetitions: readonly number[]): Tensor {
  return shape.reduce((left, _size, axis) => {
    const copies = repetitions[axis]!;
    if (copies === 1) return left;
    const before = sizeOf(left.shape.slice(0, axis));
    const once = left.shape.with(axis, shape[axis]!);
    return reshape(sum(reshape(left, [before, copies, -1]), 1), once);
  }, dy);
}

/** By windows side by side: the sum over each of what lies at its greatest. */
function atGreatest(
  ddx: Tensor,
  [dy, input, output]: readonly [Tensor, Tensor, Tensor],
  attributes: NamedAttrMap,
): Tensor {
  const [window, stride] = ['filterSize', 'strides'].map((name) => attributes[name] as number[]) as [
    number[],
    number[],
  ];
  if (window.join() !== stride.join())
    throw new Error(
      `Bounds can be trained through max-pools whose windows lie side by side; this one has windows of ${window.join(' x ')} every ${stride.join(' x ')}.`,
    );
  const chosen = runKernel('MaxPoolGrad', { dy: onesLike(dy), input, output }, attributes);
  const area = window.reduce((product, size) => product * size, 1);
  return mul(runKernel('AvgPool', { x: mul(chosen, ddx) }, attributes), area);
}

/** Each operand gets back its own stretch of the axis. */
function concatGradient(dy: Tensor, operands: readonly Tensor[], attributes: NamedAttrMap): (() => Tensor)[] {
  const axis = ((attributes['axis'] as number) + dy.rank) % dy.rank;
  let start = 0;
  return operands.map(({ shape }) => {
    const begin = shape.map((_, i) => (i === axis ? start : 0));
    start += shape[axis]!;
    return () => slice(dy, begin, shape);
  });
}

/** Puts what was cut out back in its place, among zeros. */
function padTo(dy: Tensor, { shape }: Tensor, begin: readonly number[]): Tensor {
  return pad(
    dy,
    shape.map((size, axis) => [begin[axis]!, size - begin[axis]! - dy.shape[axis]!]),
  );
}

/** For y = a b; nothing here differentiates through a product that already transposes. */
function matrixProductGradient(dy: Tensor, saved: readonly Tensor[], attributes: NamedAttrMap): Derivatives {
  if (attributes['transposeA'] === true || attributes['transposeB'] === true)
    throw new Error('The gradient of a transposing matMul is not defined; transpose the operand first.');
  const [a, b] = saved as [Tensor, Tensor];
  return { a: () => matMul(dy, b, false, true), b: () => matMul(a, dy, true, false) };
}

function beforeActivation(dy: Tensor, y: Tensor, attributes: NamedAttrMap): Tensor {
  const activation = attributes['activation'] as string;
  if (activation === 'linear') return dy;
  if (activation === 'relu') return mul(dy, positivePart(y));
  throw new Error(`Expected a fused activation of linear or relu, got ${activation}.`);
}

/** Where both are equal, the whole gradient goes to `a`. */
function chosenWhere(prefersA: (a: Tensor, b: Tensor) => Tensor) {
  return (dy: Tensor, saved: readonly Tensor[]): Derivatives => {
    const [a, b] = saved as [Tensor, Tensor];
    const toA = (): Tensor => cast(prefersA(a, b), 'float32');
    return { a: () => sumTo(mul(dy, toA()), a.shape), b: () => sumTo(mul(dy, sub(1, toA())), b.shape) };
  };
}

/** Undoes broadcasting: sums over the axes along which `shape` was stretched. */
function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
  const lead = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(axes.length === 0 ? dy : sum(dy, axes), [...shape]);
}

function spread(dy: Tensor, x: Tensor, axis: number | readonly number[] | null | undefined): Tensor {
  const axes = [axis ?? x.shape.map((_, i) => i)].flat().map((i) => (i + x.rank) % x.rank);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return mul(reshape(dy, kept), runKernel('OnesLike', { x }, {}));
}

function inversePermutation(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

const runKernel = (name: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap): Tensor =>
  engine().runKernel<Tensor>(name, inputs, attributes);
