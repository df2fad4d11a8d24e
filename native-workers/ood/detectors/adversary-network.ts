import {
  mul,
  sum,
  tidy,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples } from '#workers/data/example-set.ts';
import { forward, forwardThrough } from '#workers/networks/forward.ts';
import { crossEntropy } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { attackExamples, type AttackedExamples } from './attack-examples.ts';
import type { DetectorFindings, DetectorRule, FitRequest, WatchedNetwork } from './detector-rule.ts';
import { judged, judgedLayer, judgeFor, oddsOf } from './judge-network.ts';
import { learntIn, trainOwnNetwork, type OwnTraining } from './own-network.ts';
import { withinTotal } from './within-total.ts';

/**
 * A small network on the activations of the middle layer, which tells clean images from attacked ones (Metzen et al.
 * 2017). The watched network stands still; the score is the log-odds of clean.
 */
export const adversaryNetwork: DetectorRule<'adversary-network'> = {
  tunes: false,
  async *fit({ epochs }, request) {
    const examples = Math.min(mostExamples, request.train.indices.length);
    const total = (1 + epochs) * examples;
    const attacked = yield* withinTotal(attackExamples(request, mostExamples), { before: 0, total });
    const training = trainOwnNetwork(trainingOn(attacked, epochs, request));
    return yield* withinTotal(training, { before: examples, total });
  },
  open: (_detector, network, fitted) => {
    const graph = judgeFor(network.graph);
    const judge = { graph, parameters: toTensors(graph, learntIn(fitted, graph)) };
    const layer = judgedLayer(network.graph);
    return {
      look: (images) => look(judge, network, images),
      companion: {
        as: 'log-odds of clean',
        isScore: true,
        reads: [layer],
        inputs: judge.parameters,
        score: ({ activations }) => oddsOf(judge, activations.get(layer)!),
      },
      dispose: () => {
        disposeTensors(judge.parameters);
      },
    };
  },
};

/** Each is attacked once, and then seen once an epoch, clean and attacked. */
const mostExamples = 2000;

/** Three times Adam's usual one learns as much in a third of the epochs, ten times learns less (docs/decisions/0021). */
const learningRate = 3e-3;

async function look(
  judge: WatchedNetwork,
  network: WatchedNetwork,
  images: Float32Array,
): Promise<DetectorFindings> {
  const odds = tidy((): Tensor1D => oddsOf(judge, activationOf(network, images)));
  try {
    return { scores: Float64Array.from(await odds.data()) };
  } finally {
    odds.dispose();
  }
}

function activationOf({ graph, parameters }: WatchedNetwork, images: Float32Array) {
  const layer = judgedLayer(graph);
  const given = { images: imageTensor(graph, images), reads: [layer] };
  return forwardThrough(graph, parameters, given).activations.get(layer)!;
}

function trainingOn(
  { positions, attacked }: AttackedExamples,
  epochs: number,
  { network, train, seed }: FitRequest,
): OwnTraining {
  const graph = judgeFor(network.graph);
  return {
    graph,
    random: createRandom(seed, 'adversary-network'),
    epochs,
    examples: positions.length,
    batch: 32,
    learningRate,
    gather: (places) => {
      const clean = gatherExamples(
        train,
        places.map((place) => positions[place]!),
      );
      const images = joined([clean.images, ...Array.from(places, (place) => attacked[place]!)]);
      const isAttacked = Int32Array.from({ length: 2 * places.length }, (_, row) =>
        Number(row >= places.length),
      );
      const features = tidy(() => judged(graph, activationOf(network, images)));
      return Promise.resolve({ features, labels: oneHotTensor(isAttacked, 2) });
    },
    loss: (parameters, given) => {
      const labels = given['labels'] as Tensor2D;
      const logits = forward(graph, parameters, given['features'] as Tensor4D);
      return mul<Scalar>(sum(crossEntropy(logits, labels)), 1 / labels.shape[0]);
    },
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
