import {
  backend_util,
  pad,
  slice,
  tensor1d,
  tidy,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { floats, whole, word, type NativeKernel, type NativeBackend } from './native-backend.ts';

type Size = [number, number, number, number];
type Attributes = Readonly<Record<string, unknown>>;
type Operation = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter';

/**
 * TensorFlow's own convolutions with any padding, which tfjs-node 4.22 refuses in both gradients. Its fast ones pad by
 * themselves only as "same" does: other padding is added before and cut off after, five times faster than its explicit form.
 */
export const convolutions: Readonly<Record<Operation, NativeKernel>> = {
  Conv2D: ({ inputs, attrs, backend }) => {
    const { x, filter } = inputs as { x: Tensor; filter: Tensor };
    const geometry = geometryOf(attrs, x.shape, filter.shape);
    return tidy(() => run(backend, 'Conv2D', geometry, [padded(x, geometry), filter]));
  },
  Conv2DBackpropInput: ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as { dy: Tensor; filter: Tensor };
    const shape = attrs['inputShape'] as number[];
    const geometry = geometryOf(attrs, shape, filter.shape);
    const { top, bottom, left, right } = geometry.added;
    const [batch, rows, columns, channels] = shape as Size;
    const sizes = [batch, rows + top + bottom, columns + left + right, channels];
    return tidy(() => {
      const inputs = [tensor1d(sizes, 'int32'), filter, dy];
      const whole = run(backend, 'Conv2DBackpropInput', geometry, inputs);
      return isNothing(geometry.added) ? whole : slice(whole, [0, top, left, 0], shape);
    });
  },
  Conv2DBackpropFilter: ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: Tensor; dy: Tensor };
    const shape = attrs['filterShape'] as number[];
    const geometry = geometryOf(attrs, x.shape, shape);
    return tidy(() => {
      const inputs = [padded(x, geometry), tensor1d(shape, 'int32'), dy];
      return run(backend, 'Conv2DBackpropFilter', geometry, inputs);
    });
  },
};

type Border = Pick<backend_util.PadInfo, 'top' | 'bottom' | 'left' | 'right'>;
type Geometry = {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** What TensorFlow shall pad by itself. */
  readonly padding: 'SAME' | 'VALID';
  /** What is padded before. */
  readonly added: Border;
};

const nothing: Border = { top: 0, bottom: 0, left: 0, right: 0 };
const isNothing = ({ top, bottom, left, right }: Border): boolean => top + bottom + left + right === 0;

function geometryOf(attrs: Attributes, image: readonly number[], filter: readonly number[]): Geometry {
  if (attrs['dataFormat'] === 'NCHW')
    throw new Error('The tensorflow engine takes images as [batch, rows, columns, channels].');
  const dilations = (attrs['dilations'] as [number, number] | undefined) ?? 1;
  const strides = attrs['strides'] as [number, number];
  const compute = (padding: number | 'same'): backend_util.Conv2DInfo =>
    backend_util.computeConv2DInfo(image as Size, filter as Size, strides, dilations, padding, 'floor');
  const info = compute(attrs['pad'] as number);
  const same = compute('same');
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  const known = { strides: [strideHeight, strideWidth], dilations: [dilationHeight, dilationWidth] } as const;
  const isSame =
    info.outShape.join() === same.outShape.join() &&
    (['top', 'bottom', 'left', 'right'] as const).every((side) => padInfo[side] === same.padInfo[side]);
  return { ...known, padding: isSame ? 'SAME' : 'VALID', added: isSame ? nothing : padInfo };
}

function padded(x: Tensor, { added }: Geometry): Tensor {
  const { top, bottom, left, right } = added;
  return isNothing(added) ? x : pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]); // prettier-ignore
}

function run(
  backend: NativeBackend,
  operation: Operation,
  { strides, dilations, padding }: Geometry,
  inputs: readonly TensorInfo[],
): Tensor {
  const attributes = [
    floats(backend, 'T'),
    whole(backend, 'strides', [1, ...strides, 1]),
    whole(backend, 'dilations', [1, ...dilations, 1]),
    word(backend, 'padding', padding),
    word(backend, 'data_format', 'NHWC'),
  ];
  return backend.executeSingleOutput(operation, attributes, inputs);
}
