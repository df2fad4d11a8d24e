import * as tf from '@tensorflow/tfjs-core';
import { made, runKernel } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

type Convolution = {
  readonly batch: number;
  readonly size: number;
  readonly stride: number;
  readonly pad: 'same' | 'valid' | 1;
};

const layout = { dataFormat: 'NHWC', dimRoundingMode: 'floor' };
const paddings = { same: 'same', valid: 'valid', 1: [[0, 0], [1, 1], [1, 1], [0, 0]] } as const; // prettier-ignore
const unpacked = { ...layout, strides: [1, 1], pad: 'same', dilations: [1, 1] };
const halved = { ...layout, strides: [2, 2], pad: paddings[1] };

const everyShape: readonly Convolution[] = [1, 5].flatMap((batch) =>
  [1, 3, 4, 5].flatMap((size) =>
    [1, 2].flatMap((stride) => (['same', 'valid', 1] as const).map((pad) => ({ batch, size, stride, pad }))),
  ),
);

const wide = (): tf.Tensor => made([2, 8, 8, 32]);
const fused = (filters: number): tf.Tensor => {
  const inputs = { x: wide(), filter: made([3, 3, 32, filters]), bias: made([filters]) };
  return runKernel('FusedConv2D', inputs, { ...unpacked, activation: 'relu' });
};
const passedBackTo = (channels: number): tf.Tensor => {
  const inputs = { dy: made([2, 4, 4, 16], 1), filter: made([4, 4, channels, 16]) };
  return runKernel('Conv2DBackpropInput', inputs, { ...halved, inputShape: [2, 8, 8, channels] });
};

export const convolutions: readonly OperationCase[] = [
  ...everyShape.flatMap(forwardAndBack),
  { name: 'fused conv2d with bias and ReLU, 32 channels', compute: () => fused(16) },
  {
    name: 'fused conv2d with bias and ReLU, 12 and 28 filters, which fill no whole block of channels',
    compute: () => tf.concat([12, 28].map(fused), -1),
  },
  { name: 'conv2d by an image of 3 channels, stride 2', compute: () => passedBackTo(3) },
  {
    name: 'conv2d by filter, 32 channels',
    compute: () => {
      const inputs = { x: wide(), dy: made([2, 8, 8, 16], 1) };
      const settings = { ...layout, strides: [1, 1], pad: 'same', filterShape: [3, 3, 32, 16] };
      return runKernel('Conv2DBackpropFilter', inputs, settings);
    },
  },
  { name: 'conv2d by input, 32 channels, stride 2', compute: () => passedBackTo(32) },
];

function forwardAndBack({ batch, size, stride, pad }: Convolution): OperationCase[] {
  const inputShape: [number, number, number, number] = [batch, 9, 7, 3];
  const filterShape: [number, number, number, number] = [size, size, 3, 4];
  const settings = { ...layout, strides: [stride, stride], pad: paddings[pad] };
  const explicit = settings.pad as 'same';
  const { outShape } = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    stride,
    1,
    explicit,
    'floor',
  );
  const x = () => made(inputShape);
  const filter = () => made(filterShape, 1);
  const dy = () => made(outShape, 2);
  const which = `batch ${batch}, ${size}x${size}, stride ${stride}, pad ${pad}`;
  return [
    {
      name: `conv2d: ${which}`,
      compute: () => runKernel('Conv2D', { x: x(), filter: filter() }, { ...settings, dilations: [1, 1] }),
    },
    {
      name: `conv2d by input: ${which}`,
      compute: () =>
        runKernel('Conv2DBackpropInput', { dy: dy(), filter: filter() }, { ...settings, inputShape }),
    },
    {
      name: `conv2d by filter: ${which}`,
      compute: () => runKernel('Conv2DBackpropFilter', { x: x(), dy: dy() }, { ...settings, filterShape }),
    },
  ];
}
