import { div, matMul, mul, sqrt, square, sum, tensor2d, add, type Tensor1D } from '@tensorflow/tfjs-core';
import { BadInput } from '#workers/data/bad-input.ts';
import type { DetectorRule } from './detector-rule.ts';
import { flattened, penultimate, readFeatures } from './features.ts';
import { distanceToNearest } from './nearest-neighbours.ts';
import { visitBatches } from './visit-batches.ts';

/** Training images remembered, the first ones of the split's random order; the paper shows a hundredth to suffice. */
const mostRemembered = 10_000;

/**
 * Minus the distance to the k-th nearest of the training images' features, all of length 1 (Sun et al. 2022,
 * arXiv:2204.06507), in float64. The adaptive attack climbs the cosine to the mean feature of the target's class.
 */
export const knn: DetectorRule<'knn'> = {
  tunes: false,
  fit: async function* ({ neighbours }, { network, train, classCount }) {
    const reads = [penultimate(network.graph)];
    const rows: Float32Array[] = [];
    const labels: number[] = [];
    yield* visitBatches(train, mostRemembered, async (batch) => {
      const [features] = await readFeatures(network, batch.images, { reads, vectorOf: flattened });
      const { values, size } = features!;
      for (const [row, label] of batch.labels.entries()) {
        rows.push(unit(values.subarray(row * size, (row + 1) * size)));
        labels.push(label);
      }
    });
    if (rows.length < neighbours)
      throw new BadInput(
        `The ${neighbours}-th nearest of ${rows.length} training images was asked for.`,
        'Give knn fewer neighbours, or the task more training images.',
      );
    const size = rows[0]!.length;
    const features = new Float32Array(rows.length * size);
    const means = new Float32Array(classCount * size);
    for (const [row, values] of rows.entries()) {
      features.set(values, row * size);
      for (const [i, value] of values.entries()) means[labels[row]! * size + i]! += value;
    }
    return new Map([
      ['features', { shape: [rows.length, size], values: features }],
      ['means', { shape: [classCount, size], values: means }],
    ]);
  },
  open: ({ neighbours }, network, fitted) => {
    const { graph, classCount } = network;
    const features = fitted.get('features')!.values as Float32Array;
    const means = fitted.get('means')!;
    const size = means.shape[1]!;
    // one row per output of the network: of a background class, which is nobody's target, nothing
    const rows = new Float32Array(graph.classCount * size);
    for (let label = 0; label < classCount; label += 1)
      rows.set(unit((means.values as Float32Array).subarray(label * size, (label + 1) * size)), label * size);
    const directions = tensor2d(rows, [graph.classCount, size]);
    const reads = [penultimate(graph)];
    return {
      look: async (images) => {
        const [seen] = await readFeatures(network, images, { reads, vectorOf: flattened });
        const { values } = seen!;
        return {
          scores: Float64Array.from(
            { length: values.length / size },
            (_, row) =>
              -distanceToNearest(unit(values.subarray(row * size, (row + 1) * size)), features, neighbours),
          ),
        };
      },
      companion: {
        as: 'cosine to the mean feature of the target',
        isScore: false,
        reads,
        inputs: { directions },
        score: ({ activations, watched }) => {
          const feature = flattened(activations.get(reads[0]!)!);
          const wanted = matMul(watched, directions);
          const length = sqrt(add(sum(square(feature), 1), 1e-12));
          return div<Tensor1D>(sum(mul(feature, wanted), 1), length);
        },
      },
      dispose: () => {
        directions.dispose();
      },
    };
  },
};

/** Of length 1; of no features at all, none. */
function unit(values: Float32Array): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => (length === 0 ? 0 : value / length));
}
