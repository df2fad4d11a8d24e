import {
  getGradient,
  registerGradient,
  reshape,
  step as positivePart,
  sub,
  mul,
  neg,
  sign,
  slice,
  div,
  transpose,
  greaterEqual,
  lessEqual,
  cast,
  zerosLike,
  type GradConfig,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  atGreatest,
  beforeActivation,
  convolutionGradient,
  matrixProductGradient,
  transposedGradient,
  type Derivatives,
} from './layer-gradients.ts';
import { runKernel } from './run-kernel.ts';
import { concatGradient, folded, inversePermutation, padTo, spread, sumTo } from './shape-gradients.ts';

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

/** Where both are equal, the whole gradient goes to `a`. */
function chosenWhere(prefersA: (a: Tensor, b: Tensor) => Tensor) {
  return (dy: Tensor, saved: readonly Tensor[]): Derivatives => {
    const [a, b] = saved as [Tensor, Tensor];
    const toA = (): Tensor => cast(prefersA(a, b), 'float32');
    return { a: () => sumTo(mul(dy, toA()), a.shape), b: () => sumTo(mul(dy, sub(1, toA())), b.shape) };
  };
}
