import { tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { detectorSchema } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema } from '#contract/objective.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { unpacked } from '#workers/array/packed-doubles.ts';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { forwardThrough } from '#workers/networks/forward.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { autoEncoderFor } from '#workers/ood/detectors/auto-encoder.ts';
import { judgedLayer, judgeFor } from '#workers/ood/detectors/judge-network.ts';
import { learntIn } from '#workers/ood/detectors/own-network.ts';
import { medianOfFour, nonLocalMeans, reduceDepth, type Squeezer } from '#workers/ood/detectors/squeezers.ts';
import { blobs, trainedOn } from './blobs.ts';
import { fitDetector, openDetector } from './detectors.ts';
import { naiveLogits } from './naive-network.ts';
import { nearestMean, softmax, steppedUp } from './plain-formulas.ts';
import { mainEngines, withEngine } from './with-engine.ts';

/** Every detector's formula, sign included, once more: in float64, from naive activations, by plain arrays. */
const small = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
/** With fewer features in each layer than there are training images, so that covariances have an inverse. */
const convolutional: NetworkGraph = {
  ...small,
  nodes: small.nodes.map((node) => (node.id === 'fc1' ? { ...node, units: 10 } : node) as typeof node),
};
/** Its gradients can be had by finite differences. */
const dense = buildNetwork({ kind: 'mlp', widths: [12, 6] }, [8, 8, 1], 4);

const train = setOf(90, 'formula training');
const tuning = setOf(40, 'formula tuning');
/** Some of the task, some of none. */
const images = Float32Array.of(
  ...gatherExamples(setOf(8, 'formula test'), positionRange(0, 8)).images,
  ...createRandom(5, 'noise').fillUniform(new Float32Array(8 * 64), 0, 1),
);
const count = 16;
const rows = Array.from({ length: count }, (_, row) => images.slice(row * 64, (row + 1) * 64));

describe.each(mainEngines)('the score by its formula on %s', (kind) => {
  withEngine(kind);
  let weights: Readonly<Record<'convolutional' | 'dense', ParameterSet>>;
  beforeAll(async () => {
    const natural = objectiveSchema.parse('natural');
    weights = {
      convolutional: await trainedOn(convolutional, natural, 40),
      dense: await trainedOn(dense, natural, 40),
    };
  });

  /** Fits and asks a detector of the one network or the other. */
  async function ask(settings: object | string, of: 'convolutional' | 'dense' = 'convolutional') {
    const detector = detectorSchema.parse(settings);
    const graph = of === 'dense' ? dense : convolutional;
    const network = { graph, parameters: toTensors(graph, weights[of]) };
    const fitted = await fitDetector(detector, { network, classCount: 4, train, tuning, seed: 3 });
    const open = openDetector(detector, { ...network, classCount: 4 }, fitted);
    const found = await open.look(images);
    open.dispose();
    disposeTensors(network.parameters);
    return {
      ...found,
      fitted,
      graph,
      logitsOf: (given: ArrayLike<number>) => naive(graph, weights[of], given),
    };
  }

  const ofLogits = [
    ['msp', {}, (z: number[]) => softmax(z, 1).reduce((a, b) => Math.max(a, b))],
    ['max-logit', {}, (z: number[]) => Math.max(...z)],
    ['energy', {}, (z: number[]) => Math.log(z.reduce((sum, logit) => sum + Math.exp(logit), 0))],
    [
      'energy',
      { temperature: 5 },
      (z: number[]) => 5 * Math.log(z.reduce((sum, logit) => sum + Math.exp(logit / 5), 0)),
    ],
    ['odin', { temperature: 10, magnitude: 0 }, (z: number[]) => Math.max(...softmax(z, 10))],
  ] as const;
  it.each(ofLogits)('%s %o', async (name, settings, formula) => {
    const { scores, logitsOf } = await ask({ kind: name, ...settings });
    for (const [row, image] of rows.entries()) expect(scores[row]).toBeCloseTo(formula(logitsOf(image)), 5);
  });

  it.each([1, 1000])(
    'odin at %d steps towards its prediction, by the softmax of its temperature',
    async (t) => {
      const magnitude = 0.02;
      const { scores, logitsOf } = await ask({ kind: 'odin', temperature: t, magnitude }, 'dense');
      for (const [row, image] of rows.entries()) {
        const label = indexOfLargest(logitsOf(image));
        const confidence = (x: Float64Array) => Math.log(softmax(logitsOf(x), t)[label]!);
        const stepped = steppedUp(confidence, image, magnitude);
        const expected = Math.max(...softmax(logitsOf(stepped), t));
        // at 1000 all scores begin with 0.25, and what the step moves them by is a few hundredths of a thousandth
        expect(Math.abs(scores[row]! - expected)).toBeLessThan(t === 1 ? 1e-4 : 1e-7);
      }
    },
  );

  it.each([0, 0.01])(
    'mahalanobis, with a step of %d towards the nearest class in each layer',
    async (magnitude) => {
      const { scores, fitted, graph } = await ask({ kind: 'mahalanobis', magnitude }, 'dense');
      const layers = ['relu1', 'relu2'].map((id) => {
        const featuresOf = (x: ArrayLike<number>) => naive(until(graph, id), weights.dense, x);
        return { featuresOf, distance: nearestMean(rowsOf(train).map(featuresOf), train.labels) };
      });
      const weighed = unpacked(fitted, 'weights');
      for (const [row, image] of rows.entries()) {
        const expected = layers.reduce((sum, { featuresOf, distance }, layer) => {
          const score = (x: ArrayLike<number>) => distance(featuresOf(x));
          const seen = magnitude === 0 ? image : steppedUp(score, image, magnitude);
          return sum + weighed[layer]! * score(seen);
        }, weighed[2]!);
        expect(Math.abs(scores[row]! - expected)).toBeLessThan(2e-3 * (1 + Math.abs(expected)));
      }
    },
  );

  it('mahalanobis takes the mean over places', async () => {
    const { scores, fitted, graph } = await ask('mahalanobis');
    const layers = Object.entries({ relu1: 16, relu2: 4, relu3: 1 }).map(([id, places]) => {
      const featuresOf = (x: ArrayLike<number>) => {
        const values = naive(until(graph, id), weights.convolutional, x);
        return Array.from(
          { length: values.length / places },
          (_, channel) =>
            values.slice(channel * places, (channel + 1) * places).reduce((a, b) => a + b) / places,
        );
      };
      return { featuresOf, distance: nearestMean(rowsOf(train).map(featuresOf), train.labels) };
    });
    const weighed = unpacked(fitted, 'weights');
    for (const [row, image] of rows.entries()) {
      const parts = layers.map(({ featuresOf, distance }, i) => weighed[i]! * distance(featuresOf(image)));
      const expected = parts.reduce((a, b) => a + b, weighed[3]!);
      expect(Math.abs(scores[row]! - expected)).toBeLessThan(2e-3 * (1 + Math.abs(expected)));
    }
  });

  /** Of length 1, where knn looks. */
  const featureOf = (x: ArrayLike<number>) => {
    const values = naive(until(convolutional, 'relu3'), weights.convolutional, x);
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  };

  it('knn takes the k-th nearest of all features of length 1', async () => {
    const neighbours = 7;
    const { scores } = await ask({ kind: 'knn', neighbours });
    const known = rowsOf(train).map(featureOf);
    for (const [row, image] of rows.entries()) {
      const own = featureOf(image);
      const distances = known
        .map((other) => Math.hypot(...own.map((value, i) => value - other[i]!)))
        .sort((a, b) => a - b);
      expect(scores[row]).toBeCloseTo(-distances[neighbours - 1]!, 5);
    }
  });

  it('knn has its attack climb the cosine to the mean feature of the target', async () => {
    const detector = detectorSchema.parse({ kind: 'knn', neighbours: 7 });
    const network = {
      graph: convolutional,
      parameters: toTensors(convolutional, weights.convolutional),
      classCount: 4,
    };
    const fitted = await fitDetector(detector, { network, classCount: 4, train, tuning, seed: 3 });
    const open = openDetector(detector, network, fitted);
    const { score, reads } = open.companion!;
    const watched = oneHotTensor(
      Int32Array.from(rows, (_, row) => row % 4),
      4,
    );
    const climbed = tidy(() => {
      const points = imageTensor(convolutional, images);
      return score({
        ...forwardThrough(convolutional, network.parameters, { images: points, reads }),
        watched,
      });
    });
    const cosines = await climbed.data();
    const known = rowsOf(train).map(featureOf);
    for (const [row, image] of rows.entries()) {
      const ofTarget = known.filter((_, at) => train.labels[at] === row % 4);
      const mean = ofTarget[0]!.map((_, i) => ofTarget.reduce((sum, feature) => sum + feature[i]!, 0));
      const along = featureOf(image).reduce((sum, value, i) => sum + value * mean[i]!, 0);
      expect(cosines[row]).toBeCloseTo(along / Math.hypot(...mean), 5);
    }
    for (const held of [open, watched, climbed]) held.dispose();
    disposeTensors(network.parameters);
  });

  it('feature-squeezing takes the largest L1 change of the softmax', async () => {
    const { scores, logitsOf } = await ask('feature-squeezing');
    const squeezers: readonly Squeezer[] = [
      reduceDepth(1),
      medianOfFour,
      nonLocalMeans({ window: 11, patch: 3, strength: 4 }),
    ];
    for (const [row, image] of rows.entries()) {
      const plain = softmax(logitsOf(image), 1);
      const changes = squeezers.map((squeezer) =>
        softmax(logitsOf(squeezer(image, [8, 8, 1])), 1).reduce(
          (sum, value, i) => sum + Math.abs(value - plain[i]!),
          0,
        ),
      );
      expect(scores[row]).toBeCloseTo(-Math.max(...changes), 4);
    }
  });

  it('magnet takes the mean absolute error, and the class of what its auto-encoder gives back', async () => {
    const { scores, predictions, fitted, graph, logitsOf } = await ask({ kind: 'magnet', epochs: 2 });
    const encoder = autoEncoderFor(graph);
    const learnt = learntIn(fitted, encoder);
    const classes = rows.map((image) => indexOfLargest(logitsOf(image)));
    for (const [row, image] of rows.entries()) {
      const reformed = naive(encoder, learnt, image).map((value) => Math.min(Math.max(value, 0), 1));
      const error = reformed.reduce((sum, value, i) => sum + Math.abs(value - image[i]!) / 64, 0);
      expect(scores[row]).toBeCloseTo(-error, 5);
      expect(predictions![row]).toBe(indexOfLargest(logitsOf(reformed)));
    }
    expect([...predictions!]).not.toEqual(classes);
  });

  it('adversary-network takes the log-odds of clean, from the middle layer', async () => {
    const { scores, fitted, graph } = await ask({ kind: 'adversary-network', epochs: 2 });
    const judge = judgeFor(graph);
    const learnt = learntIn(fitted, judge);
    expect(judgedLayer(graph)).toBe('relu2');
    for (const [row, image] of rows.entries()) {
      const [channels, places] = [32, 4];
      const features = naive(until(graph, 'relu2'), weights.convolutional, image);
      const channelsLast = Array.from(
        { length: channels * places },
        (_, i) => features[(i % channels) * places + Math.floor(i / channels)]!,
      );
      const [clean, attacked] = naive(judge, learnt, channelsLast);
      expect(scores[row]).toBeCloseTo(clean! - attacked!, 4);
    }
  });
});

const until = (graph: NetworkGraph, last: string): NetworkGraph => ({
  ...graph,
  nodes: graph.nodes.slice(0, graph.nodes.findIndex(({ id }) => id === last) + 1),
});

/** What the last node gives for one image; kept in float64 all along. */
const naive = (graph: NetworkGraph, parameters: ParameterSet, image: ArrayLike<number>): number[] =>
  naiveLogits(graph, parameters, {
    images: Float64Array.from(image) as unknown as Float32Array,
    mode: 'evaluation',
  })[0]!;

const indexOfLargest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

function setOf(size: number, purpose: string): ExampleSet {
  const { images: values, labels } = blobs(size, purpose);
  return {
    shape: [8, 8, 1],
    images: Uint8Array.from(values, (value) => Math.round(255 * value)),
    labels: Uint16Array.from(labels),
    indices: positionRange(0, size),
  };
}

function rowsOf(set: ExampleSet): readonly Float32Array[] {
  const all = gatherExamples(set, positionRange(0, set.indices.length)).images;
  return Array.from({ length: set.indices.length }, (_, row) => all.slice(row * 64, (row + 1) * 64));
}
