import {
  mul,
  relu,
  square,
  sub,
  sum,
  tidy,
  type Scalar,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples } from '#workers/data/example-set.ts';
import { forward } from '#workers/networks/forward.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import type { FitRequest, WatchedNetwork } from './detector-rule.ts';
import type { OwnTraining } from './own-network.ts';

/**
 * The auto-encoder for small colour images of Meng & Chen 2017 (table 3): three layers of 3x3 convolutions and no
 * bottleneck. Rectifiers between them where theirs are sigmoids, half as many channels, and a clip at the end
 * (docs/decisions/0021).
 */
export function autoEncoderFor({ spec, inputShape }: NetworkGraph): NetworkGraph {
  const conv = (id: string, input: string, filters: number) =>
    ({ kind: 'conv', id, input, filters, kernel: 3, stride: 1, padding: 1 }) as const;
  return {
    spec,
    inputShape,
    classCount: 2,
    nodes: [
      { kind: 'input', id: 'input' },
      conv('encode', 'input', channels),
      { kind: 'relu', id: 'encoded', input: 'encode' },
      conv('between', 'encoded', channels),
      { kind: 'relu', id: 'passed', input: 'between' },
      conv('decode', 'passed', inputShape[2]),
    ],
  };
}
const channels = 16;

/** Images as the auto-encoder gives them back, in [0, 1]; two rectifiers clip with a derivative. */
export function reform({ graph, parameters }: WatchedNetwork, images: Tensor4D): Tensor4D {
  const unclipped = decoded(graph, parameters, images);
  return sub(relu(unclipped), relu(sub(unclipped, 1)));
}

/** The same of images [batch, height, width, channels], given flat. Leaves no tensor behind. */
export async function reformImages(encoder: WatchedNetwork, images: Float32Array): Promise<Float32Array> {
  const reformed = tidy(() => reform(encoder, imageTensor(encoder.graph, images)));
  try {
    return (await reformed.data()) as Float32Array;
  } finally {
    reformed.dispose();
  }
}

/** Learns to give training images back from noisy ones. */
export function autoEncoderTraining(
  graph: NetworkGraph,
  epochs: number,
  { train, seed }: Pick<FitRequest, 'train' | 'seed'>,
): OwnTraining {
  const examples = train.indices.length;
  const sigma = graph.inputShape[2] === 1 ? greySigma : colourSigma;
  return {
    graph,
    random: createRandom(seed, 'magnet'),
    epochs,
    examples,
    batch: 64,
    learningRate: 1e-3,
    gather: (positions, epoch) => {
      const { images, exampleIds } = gatherExamples(train, positions);
      const size = images.length / exampleIds.length;
      const noisy = new Float32Array(images.length);
      for (const [row, id] of exampleIds.entries())
        createRandom(seed, 'magnet noise', epoch, id).fillNormal(
          noisy.subarray(row * size, (row + 1) * size),
          0,
          sigma,
        );
      for (const [i, value] of images.entries()) noisy[i] = Math.min(Math.max(noisy[i]! + value, 0), 1);
      return Promise.resolve({ images: imageTensor(graph, images), noisy: imageTensor(graph, noisy) });
    },
    loss: (parameters, given) => {
      const [images, noisy] = [given['images'] as Tensor4D, given['noisy'] as Tensor4D];
      return mul<Scalar>(sum(square(sub(decoded(graph, parameters, noisy), images))), 1 / images.size);
    },
  };
}

/** Their noise in training, for MNIST and CIFAR-10. */
const greySigma = 0.1;
const colourSigma = 0.025;

/** The last node of an auto-encoder gives images where that of a classifier gives logits. */
const decoded = (graph: NetworkGraph, parameters: ParameterTensors, images: Tensor4D): Tensor4D =>
  forward(graph, parameters, images) as Tensor as Tensor4D;
