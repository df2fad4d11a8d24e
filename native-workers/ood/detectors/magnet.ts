import { abs, add, mul, neg, reshape, sub, sum, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { imageSize } from '#workers/attacks/image-rows.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { forward } from '#workers/networks/forward.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { autoEncoderFor, autoEncoderTraining, reform, reformImages } from './auto-encoder.ts';
import type { Climbable, DetectorFindings, DetectorRule, WatchedNetwork } from './detector-rule.ts';
import { learntIn, trainOwnNetwork } from './own-network.ts';

/**
 * MagNet (Meng & Chen 2017): minus the mean absolute error of an auto-encoder, and the class of what it gives back.
 * The adaptive attack goes through the auto-encoder: it climbs the score and reaches for the target there too.
 */
export const magnet: DetectorRule<'magnet'> = {
  tunes: false,
  async *fit({ epochs }, { network, train, seed }) {
    const graph = autoEncoderFor(network.graph);
    const learnt = yield* trainOwnNetwork(autoEncoderTraining(graph, epochs, { train, seed }));
    const encoder = { graph, parameters: toTensors(graph, learnt) };
    try {
      const usual = await usualError(encoder, train);
      return new Map([...learnt, [usualName, { shape: [1], values: Float32Array.of(usual) }]]);
    } finally {
      disposeTensors(encoder.parameters);
    }
  },
  open: (_detector, network, fitted) => {
    const graph = autoEncoderFor(network.graph);
    const encoder = { graph, parameters: toTensors(graph, learntIn(fitted, graph)) };
    return {
      look: (images) => look(encoder, network, images),
      companion: throughEncoder(encoder, network, fitted.get(usualName)!.values[0]!),
      dispose: () => {
        disposeTensors(encoder.parameters);
      },
    };
  },
};

/** Under which a fit keeps the mean error of training images: the unit of errors beside losses. */
const usualName = 'usual error';

async function look(
  encoder: WatchedNetwork,
  network: WatchedNetwork,
  images: Float32Array,
): Promise<DetectorFindings> {
  const reformed = await reformImages(encoder, images);
  const scores = errorsOf(images, reformed, imageSize(network.graph)).map((error) => -error);
  const { classes } = await predict({ ...network, images: reformed });
  return { scores, predictions: classes };
}

function throughEncoder(encoder: WatchedNetwork, network: WatchedNetwork, usual: number): Climbable {
  const input = network.graph.nodes[0]!.id;
  return {
    as: `reformed target and error in units of ${usual}`,
    isScore: false,
    reads: [input],
    inputs: encoder.parameters,
    score: ({ activations, watched }) => {
      const images = activations.get(input) as Tensor4D;
      const reformed = reform(encoder, images);
      const apart = reshape(abs(sub(images, reformed)), [images.shape[0], -1]);
      const errors = mul<Tensor1D>(sum(apart, 1), 1 / (usual * imageSize(network.graph)));
      const logits = forward(network.graph, network.parameters, reformed);
      return neg(add<Tensor1D>(errors, crossEntropy(logits, watched)));
    },
  };
}

async function usualError(encoder: WatchedNetwork, train: ExampleSet): Promise<number> {
  const count = Math.min(train.indices.length, 128);
  const { images } = gatherExamples(train, positionRange(0, count));
  const errors = errorsOf(images, await reformImages(encoder, images), imageSize(encoder.graph));
  return Math.max(1e-6, errors.reduce((sum, error) => sum + error, 0) / count);
}

/** Mean absolute difference of each image, in float64. */
function errorsOf(images: Float32Array, reformed: Float32Array, size: number): Float64Array {
  const errors = new Float64Array(images.length / size);
  for (const [i, value] of images.entries())
    errors[Math.floor(i / size)]! += Math.abs(value - reformed[i]!) / size;
  return errors;
}
