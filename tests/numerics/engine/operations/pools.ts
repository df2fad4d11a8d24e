import * as tf from '@tensorflow/tfjs-core';
import { made, runKernel } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

type Pool = { readonly size: number; readonly stride: number; readonly pad: 'same' | 'valid' };

const everyShape: readonly Pool[] = [
  { size: 2, stride: 2 },
  { size: 3, stride: 2 },
  { size: 3, stride: 1 },
].flatMap((window) => (['same', 'valid'] as const).map((pad) => ({ ...window, pad })));

const ofEveryShape: readonly OperationCase[] = everyShape.flatMap(({ size, stride, pad }) => {
  const shape: [number, number, number, number] = [2, 7, 6, 3];
  const settings = { filterSize: [size, size], strides: [stride, stride], pad, dimRoundingMode: 'floor' };
  const { outShape } = tf.backend_util.computePool2DInfo(shape, size, stride, 1, pad, 'floor');
  const x = () => made(shape);
  const dy = () => made(outShape, 2);
  const greatest = () => runKernel('MaxPool', { x: x() }, settings);
  const which = `${size}x${size}, stride ${stride}, ${pad}`;
  const averageByInput = {
    name: `avgPool by input: ${which}`,
    compute: () => runKernel('AvgPoolGrad', { dy: dy(), input: x() }, settings),
  };
  return [
    { name: `maxPool: ${which}`, compute: greatest },
    { name: `avgPool: ${which}`, compute: () => runKernel('AvgPool', { x: x() }, settings) },
    {
      name: `maxPool by input: ${which}`,
      compute: () => runKernel('MaxPoolGrad', { dy: dy(), input: x(), output: greatest() }, settings),
    },
    // In plain JavaScript the gradient counts padding as shared in, which the forward pass does not.
    ...(pad === 'valid' ? [averageByInput] : []),
  ];
});

export const pools: readonly OperationCase[] = [
  ...ofEveryShape,
  {
    name: 'avgPool by input: one window over everything',
    compute: () =>
      runKernel(
        'AvgPoolGrad',
        { dy: made([2, 1, 1, 3], 2), input: made([2, 7, 6, 3]) },
        { filterSize: [7, 6], strides: [7, 6], pad: 'valid', dimRoundingMode: 'floor' },
      ),
  },
];
