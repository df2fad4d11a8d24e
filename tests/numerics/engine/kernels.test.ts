import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { EngineKind } from '#workers/engine/engine.ts';
import { batteryEngines } from '../../installed-engines.ts';
import { naiveConvolution, outputSize, type Convolution } from '../naive-convolution.ts';
import { withEngine } from '../with-engine.ts';
import { expectClose, expectValuesClose } from './expect-close.ts';
import { normal } from './normal-sample.ts';
import { onBoth } from './on-both.ts';

/** The smallest number that an engine tells from zero: native ones take what float32 holds without full precision as zero. */
const smallest: Record<EngineKind, number> = {
  onnx: 2 ** -126,
  tensorflow: 2 ** -126,
  wasm: 2 ** -149,
  reference: 2 ** -149,
};

describe.each(batteryEngines)('kernels of the %s engine', (kind) => {
  withEngine(kind);

  describe('convolution by definition', () => {
    const kernels = [1, 3, 4, 5];
    const cases = kernels.flatMap((kernel) =>
      [1, 2, 3].flatMap((stride) =>
        [0, 1, 2].flatMap((pad) =>
          [1, 5].map((count): Convolution => {
            return { batch: count, size: [7, 6], channels: 3, filters: 5, kernel, stride, pad };
          }),
        ),
      ),
    );
    it.each(cases)('kernel $kernel, stride $stride, pad $pad, batch $batch', async (convolution) => {
      const { batch: count, size, channels, filters, kernel, stride, pad } = convolution;
      const x = normal([count, ...size, channels], 'x');
      const filter = normal([kernel, kernel, channels, filters], 'filter');
      const dy = normal([count, ...outputSize(convolution), filters], 'dy');
      const convolve = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad, 'NHWC', 1, 'floor');
      const operands = [x, filter, dy].map(({ shape, values }) => tf.tensor(values, [...shape]));
      const { value, grads } = tf.valueAndGrads(convolve)(operands.slice(0, 2), operands[2]);
      const truth = naiveConvolution(convolution, { x: x.values, filter: filter.values, dy: dy.values });
      await expectClose(value, truth.y);
      await expectClose(grads[0]!, truth.dx);
      await expectClose(grads[1]!, truth.dFilter);
      tf.dispose([operands, value, grads]);
    });
  });

  describe('parity with plain JavaScript', () => {
    const operations: Readonly<Record<string, () => tf.Tensor>> = {
      'matMul, both as they are': () => tf.matMul(matrix(5, 70), matrix(70, 33)),
      'matMul, left transposed': () => tf.matMul(matrix(70, 5), matrix(70, 33), true, false),
      'matMul, right transposed': () => tf.matMul(matrix(5, 70), matrix(33, 70), false, true),
      'matMul, both transposed': () => tf.matMul(matrix(70, 5), matrix(33, 70), true, true),
      'matMul in batches': () => tf.matMul(cube(3, 4, 5), cube(3, 6, 5), false, true),
      'sum over all but the last axis': () => tf.sum(cube(7, 5, 6), [0, 1]),
      'sum over the last axis': () => tf.sum(cube(7, 5, 6), 2),
      'sum over everything': () => tf.sum(cube(7, 5, 6)),
      'sum over the first axis of two': () => tf.sum(matrix(9, 3), 0),
      'sum keeping dimensions': () => tf.sum(cube(7, 5, 6), [0, 1], true),
      'max over classes': () => tf.max(matrix(9, 10), 1, true),
      'broadcast addition': () => tf.add(cube(4, 3, 5), tf.tensor1d([1, 2, 3, 4, 5])),
      'broadcast product': () => tf.mul(cube(4, 3, 5), tf.tensor3d([2, 3, 4, 5], [4, 1, 1])),
      division: () => tf.div(matrix(4, 3), tf.add(tf.abs(matrix(4, 3)), 1)),
      'exp, log, sqrt': () => tf.log(tf.add(tf.exp(matrix(4, 3)), tf.sqrt(tf.square(matrix(4, 3))))),
      'maximum and minimum': () => tf.maximum(matrix(4, 3), tf.minimum(tf.neg(matrix(4, 3)), 0.5)),
      'clip to an interval': () => tf.clipByValue(matrix(9, 9), -0.5, 0.25),
      'step and relu': () => tf.add(tf.step(matrix(9, 9)), tf.relu(matrix(9, 9))),
      transpose: () => tf.transpose(cube(7, 5, 6), [2, 0, 1]),
      'max-pool, rows and columns left over': () => tf.maxPool(images(2, 7, 5, 3), 2, 2, 'valid'),
      'average-pool, windows that overlap': () => tf.avgPool(images(2, 7, 5, 3), [4, 3], [3, 2], 'valid'),
      'average-pool over everything': () => tf.avgPool(images(2, 7, 5, 3), [7, 5], 1, 'valid'),
      'concatenated channels': () => tf.concat([images(2, 3, 3, 4), images(2, 3, 3, 1)], -1),
      'slice of channels': () => tf.slice(images(2, 3, 3, 5), [0, 0, 1, 2], [2, 3, 2, 2]),
      pad: () => tf.pad(matrix(4, 3), [[1, 2], [0, 1]]), // prettier-ignore
      'one operand per channel of an image': () =>
        tf.add(tf.mul(images(2, 3, 3, 4), tf.tensor1d([1, 2, 3, 4])), tf.tensor1d([4, 3, 2, 1])),
      'sign, down to the smallest numbers': () =>
        tf.sign(tf.tensor1d([-0, 0, smallest[kind], -smallest[kind], 3e38, -2, Infinity])),
    };
    it.each(Object.keys(operations))('%s', async (name) => {
      const [actual, expected] = await onBoth(kind, async () => {
        const result = tf.tidy(operations[name]!);
        const values = await result.data();
        result.dispose();
        return [result.shape, Float32Array.from(values)] as const;
      });
      expect(actual[0]).toEqual(expected[0]);
      expectValuesClose(actual[1], expected[1]);
    });
  });
});

const matrix = (rows: number, columns: number): tf.Tensor2D =>
  tf.tensor2d(normal([rows, columns], 'matrix').values, [rows, columns]);
const cube = (a: number, b: number, c: number): tf.Tensor3D =>
  tf.tensor3d(normal([a, b, c], 'cube').values, [a, b, c]);

const images = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(normal(shape, 'images').values, shape);
