import type { Companion } from '#workers/attacks/companion.ts';
import { showAt } from '#workers/attacks/ascent.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import type { Climbable, WatchedNetwork } from './detectors/detector-rule.ts';
import { freezeThreshold } from './freeze-threshold.ts';

/**
 * What an adaptive attack climbs: the score in units of its standard deviation over clean validation images, so that
 * one lambda weighs every detector alike. Where it is the detector's own score, an input on target that clears the
 * threshold by a thousandth of that unit is left.
 */
export async function calibrateCompanion(
  climbable: Climbable,
  setting: {
    readonly network: WatchedNetwork;
    readonly validation: ExampleSet;
    readonly lambda: number;
    readonly acceptance: number;
  },
): Promise<Companion> {
  const { isScore, ...companion } = climbable;
  const scores = await scoresOf(companion, setting.network, setting.validation);
  const spread = standardDeviation(scores) || 1;
  const enough = freezeThreshold(scores, setting.acceptance) + clearance * spread;
  return { ...companion, weight: setting.lambda / spread, enough: isScore ? enough : undefined };
}

/** What rounding could take back is climbed on. */
const clearance = 1e-3;
const batchSize = 128;

async function scoresOf(
  companion: Omit<Companion, 'weight' | 'enough'>,
  { graph, parameters }: WatchedNetwork,
  set: ExampleSet,
): Promise<Float64Array> {
  const count = set.indices.length;
  const scores = new Float64Array(count);
  for (let first = 0; first < count; first += batchSize) {
    const batch = gatherExamples(set, positionRange(first, Math.min(count, first + batchSize)));
    const { classes } = await predict({ graph, parameters, ...batch });
    const points = imageTensor(graph, batch.images);
    const watched = oneHotTensor(classes, graph.classCount);
    const climbed = { ...companion, weight: 0, enough: undefined };
    const shown = showAt(points, {
      graph,
      parameters,
      watched,
      loss: 'cross-entropy',
      goal: 'reach',
      companion: climbed,
    });
    try {
      const values = await shown.data();
      for (const row of classes.keys()) scores[first + row] = values[(row + 1) * (graph.classCount + 1) - 1]!;
    } finally {
      for (const held of [points, watched, shown]) held.dispose();
    }
  }
  return scores;
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
