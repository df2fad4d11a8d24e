import {
  matMul,
  mul,
  square,
  sub,
  sum,
  tensor2d,
  add,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { ExampleBatch } from '#workers/data/example-set.ts';
import { attackSchema } from '#contract/attack.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { forwardThrough } from '#workers/networks/forward.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import {
  addExample,
  emptySums,
  fitGaussians,
  nearestClass,
  type ClassGaussians,
  type GaussianSums,
} from './class-gaussians.ts';
import type { DetectorRule, FitProgress, FitRequest, FittedArrays, WatchedNetwork } from './detector-rule.ts';
import { tensorScores } from './climbable-scores.ts';
import { featureLayers, readFeatures, spatialMeans } from './features.ts';
import { packed, unpacked } from '#workers/array/packed-doubles.ts';
import { steppedImages } from './stepped-images.ts';
import { usualEpsilon } from './usual-epsilon.ts';
import { visitBatches } from './visit-batches.ts';
import { weighLayers, type LayerWeights } from './weigh-layers.ts';
import { withinTotal } from './within-total.ts';

/**
 * Distances to class means with one covariance for all classes, layer by layer, weighed by logistic regression (Lee et
 * al. 2018, arXiv:1807.03888). As there for attacks nobody has seen, the regression tells clean validation images from
 * the same ones after one signed gradient step. Other than there, no layer weighs below 0 (`weighLayers`): where the
 * step brings features nearer to a mean than clean ones lie, a free regression turns weights negative, and whatever is
 * far from every class would count as in-distribution. With a `magnitude`, each layer sees its own step towards its
 * nearest class. The adaptive attack climbs the score without the input steps.
 */
export const mahalanobis: DetectorRule<'mahalanobis'> = {
  tunes: true,
  fit: async function* ({ magnitude }, request) {
    const total = request.train.indices.length + request.tuning.indices.length;
    const layers = yield* withinTotal(fitLayers(request), { before: 0, total });
    const fitted = openLayers(request.network, layers, magnitude);
    try {
      const clean: Float64Array[] = [];
      const odd: Float64Array[] = [];
      const tuned = visitBatches(request.tuning, Infinity, async (batch) => {
        clean.push(...(await fitted.scoreLayers(batch.images)));
        odd.push(...(await fitted.scoreLayers(await attacked(request, batch))));
      });
      yield* withinTotal(tuned, { before: request.train.indices.length, total });
      return store(layers, weighLayers(clean, odd));
    } finally {
      fitted.dispose();
    }
  },
  open: ({ magnitude }, network, arrays) => {
    const { layers, weights } = restore(arrays);
    const opened = openLayers(network, layers, magnitude);
    const reads = featureLayers(network.graph);
    const total = (scores: Float64Array): number =>
      scores.reduce((sum, score, layer) => sum + weights.weights[layer]! * score, weights.bias);
    return {
      look: async (images) => ({ scores: Float64Array.from(await opened.scoreLayers(images), total) }),
      companion: {
        as: `Mahalanobis distances weighed by ${weights.weights.join(' ')}`,
        isScore: magnitude === 0,
        reads,
        inputs: opened.tensors,
        score: ({ activations }) =>
          reads
            .map((id, layer) =>
              mul(nearestOf(activations.get(id)!, opened.tensors, layer), weights.weights[layer]!),
            )
            .reduce((left, right) => add(left, right)) as Tensor1D,
      },
      dispose: opened.dispose,
    };
  },
};

async function* fitLayers({
  network,
  classCount,
  train,
}: FitRequest): AsyncGenerator<FitProgress, readonly ClassGaussians[], void> {
  const reads = featureLayers(network.graph);
  let sums: readonly GaussianSums[] | undefined;
  yield* visitBatches(train, Infinity, async ({ images, labels }) => {
    const features = await readFeatures(network, images, { reads, vectorOf: spatialMeans });
    sums ??= features.map(({ size }) => emptySums(classCount, size));
    for (const [layer, { values, size }] of features.entries())
      for (const [row, label] of labels.entries())
        addExample(sums[layer]!, values.subarray(row * size, (row + 1) * size), label);
  });
  return (sums ?? []).map(fitGaussians);
}

/** One signed step of the radius that such images are usually attacked with. */
async function attacked({ network, seed }: FitRequest, batch: ExampleBatch): Promise<Float32Array> {
  const attack = attackSchema.parse({ kind: 'fgsm', epsilon: usualEpsilon(network.graph) });
  const { classes } = await predict({ ...network, ...batch });
  const { adversarial } = await attackBatch({
    ...network,
    ...batch,
    labels: classes,
    attack,
    seed,
    until: 'end',
  });
  return adversarial;
}

function openLayers(network: WatchedNetwork, layers: readonly ClassGaussians[], magnitude: number) {
  const { graph, parameters } = network;
  const reads = featureLayers(graph);
  const tensors: ParameterTensors = Object.fromEntries(
    layers.flatMap(({ size, whitening, means }, layer) => [
      [`whitening ${layer}`, tensor2d(Float32Array.from(whitening), [size, size])],
      [`means ${layer}`, tensor2d(Float32Array.from(means), [means.length / size, size])],
    ]),
  );
  const scoresAt = async (images: Float32Array, wanted: readonly number[]): Promise<Float64Array[]> => {
    const features = await readFeatures(network, images, {
      reads: wanted.map((layer) => reads[layer]!),
      vectorOf: spatialMeans,
    });
    return features.map(({ values, size }, place) =>
      Float64Array.from({ length: values.length / size }, (_, row) =>
        nearestClass(values.subarray(row * size, (row + 1) * size), layers[wanted[place]!]!),
      ),
    );
  };
  return {
    tensors,
    /** Per example, its scores by layer. */
    scoreLayers: async (images: Float32Array): Promise<Float64Array[]> => {
      const byLayer: Float64Array[] = magnitude === 0 ? await scoresAt(images, [...layers.keys()]) : [];
      for (const layer of magnitude === 0 ? [] : layers.keys()) {
        const score = (points: Parameters<Parameters<typeof steppedImages>[2]['score']>[0]): Tensor => {
          const pass = forwardThrough(graph, parameters, { images: points, reads: [reads[layer]!] });
          return nearestOf(pass.activations.get(reads[layer]!)!, tensors, layer);
        };
        byLayer.push(...(await scoresAt(await steppedImages(graph, images, { magnitude, score }), [layer])));
      }
      return Array.from(byLayer[0] ?? [], (_, row) => Float64Array.from(byLayer, (scores) => scores[row]!));
    },
    dispose: () => {
      for (const held of Object.values(tensors)) held.dispose();
    },
  };
}

/** [batch]: minus half the squared distance to the nearest class mean, differentiable. */
function nearestOf(activation: Tensor, tensors: ParameterTensors, layer: number): Tensor1D {
  const features = matMul(spatialMeans(activation), tensors[`whitening ${layer}`] as Tensor2D);
  const means = tensors[`means ${layer}`] as Tensor2D;
  const toMeans = matMul(features, transpose(means));
  const halves: Tensor2D = sub(toMeans, mul(sum(square(means), 1), 0.5));
  return sub(tensorScores.largest(halves), mul(sum(square(features), 1), 0.5));
}

function store(layers: readonly ClassGaussians[], { weights, bias }: LayerWeights): FittedArrays {
  return new Map([
    ...layers.flatMap(({ whitening, means }, layer) => [
      [`whitening ${layer}`, packed(whitening)] as const,
      [`means ${layer}`, packed(means)] as const,
    ]),
    ['weights', packed(Float64Array.of(...weights, bias))] as const,
  ]);
}

function restore(arrays: FittedArrays): {
  readonly layers: readonly ClassGaussians[];
  readonly weights: LayerWeights;
} {
  const all = unpacked(arrays, 'weights');
  const layers = Array.from({ length: all.length - 1 }, (_, layer): ClassGaussians => {
    const whitening = unpacked(arrays, `whitening ${layer}`);
    return { size: Math.sqrt(whitening.length), whitening, means: unpacked(arrays, `means ${layer}`) };
  });
  return { layers, weights: { weights: all.slice(0, -1), bias: all[all.length - 1]! } };
}
