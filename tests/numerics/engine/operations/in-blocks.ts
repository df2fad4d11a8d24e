import * as tf from '@tensorflow/tfjs-core';
import { normalizeByBatch } from '#workers/networks/batch-norm.ts';
import { made, positive, runKernel } from './made-tensors.ts';
import type { OperationCase } from './operation-case.ts';

/** Images [2, 5, 7, 32] as a convolution gives them: an engine may have its channels in blocks. */
const images = (offset = 0): tf.Tensor =>
  tf.conv2d(
    made([2, 5, 7, 16], offset) as tf.Tensor4D,
    made([3, 3, 16, 32], offset + 1) as tf.Tensor4D,
    1,
    1,
    'NHWC',
    1,
    'floor',
  );
const channels = (offset = 0): tf.Tensor => made([32], offset);

/** One value per channel, some of which are no numbers, or too great for one. */
const odd = (): tf.Tensor =>
  tf.tensor1d(Array.from({ length: 32 }, (_, i) => [1, NaN, Infinity, -Infinity][i % 4]!));

const operations: Readonly<Record<string, () => tf.Tensor>> = {
  relu: () => tf.relu(images()),
  'a slope of ReLU': () => tf.mul(images(), tf.step(tf.relu(images(3)))),
  'an affine map and ReLU': () => tf.relu(tf.add(tf.mul(images(), channels()), channels(1))),
  'an affine map that is read before and after ReLU': () => {
    const y = tf.add(tf.mul(images(), channels()), channels(1));
    return tf.add(tf.mul(y, 2), tf.relu(y));
  },
  'an affine map, other images added, and ReLU': () =>
    tf.relu(tf.add(images(3), tf.add(tf.mul(images(), channels()), channels(1)))),
  'a scale without shift, other images added': () => tf.add(tf.mul(images(), channels()), images(3)),
  'two affine maps added': () =>
    tf.add(tf.mul(images(), channels()), tf.add(tf.mul(images(3), channels(1)), channels(2))),
  'an affine map of a rectified one': () =>
    tf.add(tf.mul(tf.relu(tf.add(tf.mul(images(), channels()), channels(1))), channels(2)), channels(3)),
  'a shift of a shifted one': () => tf.add(tf.add(images(), channels()), channels(1)),
  'less one value per channel, squared': () => tf.square(tf.sub(images(), channels())),
  'one value per channel less images': () => tf.sub(channels(), images()),
  'by one value per channel': () => tf.div(images(), positive([32])),
  'the greater of images and one value per channel': () => tf.maximum(images(), channels()),
  'what is not a number, rectified': () => tf.relu(tf.add(tf.mul(images(), channels()), odd())),
  'what is not a number, added and rectified': () => tf.relu(tf.add(tf.mul(images(3), odd()), images())),
  'with single numbers': () => tf.add(tf.mul(images(), 3), tf.scalar(0.5)),
  'with images from outside': () => tf.mul(made([2, 5, 7, 32], 4), images()),
  'with one value per pixel': () => tf.add(images(), made([2, 5, 7, 1], 4)),
  'with values of one image': () => tf.add(images(), made([1, 5, 7, 32], 4)),
  'with values per image and channel': () => tf.mul(images(), made([2, 1, 1, 32], 4)),
  'with values that spread along channels': () => tf.mul(tf.sum(images(), 3, true), images()),
  'sum over images and pixels': () => tf.sum(images(), [0, 1, 2]),
  'sum over pixels, keeping dimensions': () => tf.sum(images(), [1, 2], true),
  'sum over rows': () => tf.sum(images(), 1),
  'sum over everything': () => tf.sum(images()),
  'comparison of images': () => tf.greater(images(), images(3)),
  'flattened and back': () => tf.relu(tf.reshape(tf.reshape(images(), [2, -1]), [2, 5, 7, 32])),
  'images that lie in other places': () => tf.add(tf.transpose(images(), [0, 2, 1, 3]), made([2, 7, 5, 32])),
  'max-pool of rectified images': () => tf.maxPool(tf.relu(images()) as tf.Tensor4D, 2, 2, 'valid'),
  'a convolution of rectified images': () =>
    tf.conv2d(
      tf.relu(images()) as tf.Tensor4D,
      made([3, 3, 32, 16], 5) as tf.Tensor4D,
      2,
      1,
      'NHWC',
      1,
      'floor',
    ),
  'by input of a convolution with strides, rectified': () => tf.relu(passedBack(2)),
  'by input of a convolution with strides of 3, added': () => tf.add(passedBack(3), passedBack(2)),
  'by filter, in groups of images': () => byFilter(4, 2),
  'by filter, in groups of images with blocks of channels': () => byFilter(16, 1),
  'batch-norm in training': () => normalized(images()).y,
  'batch-norm in training, by what it reads': () => slopesOfBatchNorm()[0]!,
  'batch-norm in training, by its scale': () => slopesOfBatchNorm()[1]!,
  'batch-norm in training, by its shift': () => slopesOfBatchNorm()[2]!,
};

export const inBlocks: readonly OperationCase[] = Object.entries(operations).map(([name, compute]) => ({
  name: `in blocks of channels: ${name}`,
  compute,
}));

const layout = { dataFormat: 'NHWC', dimRoundingMode: 'floor' };

/** [2, 5, 7, 32] */
function passedBack(stride: number): tf.Tensor {
  const size = [5, 7].map((each) => Math.floor((each + 2 - 3) / stride) + 1);
  return runKernel(
    'Conv2DBackpropInput',
    { dy: made([2, ...size, 16], stride), filter: made([3, 3, 32, 16]) },
    { ...layout, strides: [stride, stride], pad: [[0, 0], [1, 1], [1, 1], [0, 0]], inputShape: [2, 5, 7, 32] }, // prettier-ignore
  );
}

/** So many positions that images are multiplied in two groups. */
function byFilter(inputs: number, size: number): tf.Tensor {
  const side = 32 + size - 1;
  return runKernel(
    'Conv2DBackpropFilter',
    { x: made([8, side, side, inputs]), dy: made([8, 32, 32, 32], 1) },
    { ...layout, strides: [1, 1], pad: 'valid', filterShape: [size, size, inputs, 32] },
  );
}

/** Its statistics would outlive the case. */
function normalized(x: tf.Tensor, scale = positive([32]), shift = channels(1)) {
  const { y, statistics } = normalizeByBatch(x, { scale, shift });
  tf.dispose([statistics.mean, statistics.variance]);
  return { y };
}

function slopesOfBatchNorm(): tf.Tensor[] {
  const weighed = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor =>
    tf.sum(tf.mul(tf.relu(normalized(x, scale, shift).y), made([2, 5, 7, 32], 6)));
  return tf.grads(weighed)([images(), positive([32]), channels(1)]);
}
