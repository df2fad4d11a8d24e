import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectorSchema, isClimbable, type Detector } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { showAt } from '#workers/attacks/ascent.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, toTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { imageTensor, predict } from '#workers/networks/predict.ts';
import type { FittedArrays, OpenDetector } from '#workers/ood/detectors/detector-rule.ts';
import { blobs, trainedOn } from './blobs.ts';
import { fitDetector, openDetector } from './detectors.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const classCount = 4;
const size = 64;

/** Every detector that is fitted after training joins here and inherits the laws. */
const detectors: Readonly<Record<string, object>> = {
  msp: { kind: 'msp' },
  'max-logit': { kind: 'max-logit' },
  energy: { kind: 'energy' },
  'energy at 5': { kind: 'energy', temperature: 5 },
  odin: { kind: 'odin' },
  'odin without step': { kind: 'odin', magnitude: 0 },
  mahalanobis: { kind: 'mahalanobis' },
  'mahalanobis with step': { kind: 'mahalanobis', magnitude: 0.002 },
  knn: { kind: 'knn', neighbours: 5 },
  'feature-squeezing': { kind: 'feature-squeezing' },
};
const tellsNoiseApart = new Set(['mahalanobis', 'mahalanobis with step', 'knn']);

function setOf(count: number, purpose: string): ExampleSet {
  const { images, labels } = blobs(count, purpose);
  return {
    shape: [8, 8, 1],
    images: Uint8Array.from(images, (value) => Math.round(255 * value)),
    labels: Uint16Array.from(labels),
    indices: positionRange(0, count),
  };
}
const imagesOf = (set: ExampleSet): Float32Array =>
  gatherExamples(set, positionRange(0, set.indices.length)).images;
const test = imagesOf(setOf(30, 'ood test'));
const noise = createRandom(3, 'noise').fillUniform(new Float32Array(30 * size), 0, 1);
const rowsOf = (images: Float32Array, rows: readonly number[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...images.subarray(row * size, (row + 1) * size)]));

describe.each(mainEngines)('detectors on %s', (kind) => {
  const engine = withEngine(kind);
  let parameters: ParameterTensors;
  beforeAll(async () => {
    parameters = toTensors(graph, await trainedOn(graph, objectiveSchema.parse('natural'), 60));
  });
  afterAll(() => {
    disposeTensors(parameters);
  });

  const fit = (detector: Detector): Promise<FittedArrays> =>
    fitDetector(detector, {
      network: { graph, parameters },
      classCount,
      train: setOf(120, 'ood train'),
      tuning: setOf(24, 'ood tuning'),
      seed: 2,
    });
  const openWith = (detector: Detector, fitted: FittedArrays): OpenDetector =>
    openDetector(detector, { graph, parameters, classCount }, fitted);

  describe.each(Object.entries(detectors))('%s', (name, settings) => {
    const detector = detectorSchema.parse(settings);
    let fitted: FittedArrays;
    let open: OpenDetector;
    beforeAll(async () => {
      fitted = await fit(detector);
      open = openWith(detector, fitted);
    });
    afterAll(() => {
      open.dispose();
    });
    const scoresOf = async (images: Float32Array): Promise<Float64Array> => (await open.look(images)).scores;

    it('gives an example the same score whoever shares its batch', async () => {
      const whole = await scoresOf(test);
      const reversed = await scoresOf(rowsOf(test, [...Array(30).keys()].reverse()));
      const tolerance = 1e-4 * spreadOf(whole);
      for (const [row, score] of whole.entries()) {
        expect(Number.isFinite(score)).toBe(true);
        expect(Math.abs(score - reversed[29 - row]!)).toBeLessThan(tolerance);
      }
      for (const row of [0, 11, 29]) {
        const [alone] = await scoresOf(rowsOf(test, [row]));
        expect(Math.abs(alone! - whole[row]!)).toBeLessThan(tolerance);
      }
    });

    it('repeats every bit, and again when it is fitted anew', async () => {
      const first = await scoresOf(test);
      expect(await scoresOf(test)).toEqual(first);
      const again = openWith(detector, await fit(detector));
      expect((await again.look(test)).scores).toEqual(first);
      again.dispose();
    });

    it('leaves no tensor behind', async () => {
      const before = engine().memory().tensors;
      await fit(detector);
      await scoresOf(test);
      const other = openWith(detector, fitted);
      await other.look(noise);
      other.dispose();
      expect(engine().memory().tensors).toBe(before);
    });

    it.runIf(tellsNoiseApart.has(name))('scores inputs of the task above noise', async () => {
      const [clean, odd] = [await scoresOf(test), await scoresOf(noise)];
      const above = [...clean].flatMap((score) => [...odd].filter((other) => score > other));
      expect(above.length / 900).toBeGreaterThan(0.9);
    });

    it('leads a gradient to its score where the contract says so, and nowhere else', () => {
      expect(open.companion !== undefined).toBe(isClimbable(detector));
    });

    it('has an attack climb what rises with its score, where it climbs the score', async () => {
      const { companion } = open;
      if (companion?.isScore !== true) return;
      const scores = await scoresOf(test);
      const climbed = await climbedScores(companion);
      const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
      const tolerance = 1e-3 * spreadOf(climbed);
      for (const [place, row] of order.slice(1).entries())
        expect(climbed[row]! - climbed[order[place]!]!).toBeGreaterThan(-tolerance);
    });
  });

  async function climbedScores(companion: NonNullable<OpenDetector['companion']>): Promise<Float64Array> {
    const points = imageTensor(graph, test);
    const watched = oneHotTensor(new Int32Array(30), classCount);
    const shown = showAt(points, {
      graph,
      parameters,
      watched,
      loss: 'cross-entropy',
      goal: 'reach',
      companion: { ...companion, weight: 1, enough: undefined },
    });
    const values = await shown.data();
    for (const held of [points, watched, shown]) held.dispose();
    return Float64Array.from({ length: 30 }, (_, row) => values[row * 5 + 4]!);
  }

  it('order inputs by odin at 1000 without step as the largest logit minus the mean logit does', async () => {
    const detector = detectorSchema.parse({ kind: 'odin', magnitude: 0 });
    const open = openWith(detector, new Map());
    const { scores } = await open.look(test);
    const { logits } = await predict({ graph, parameters, images: test });
    const leads = Array.from(scores, (_, row) => {
      const own = [...logits.subarray(row * 4, row * 4 + 4)];
      return Math.max(...own) - own.reduce((sum, logit) => sum + logit, 0) / 4;
    });
    const order = [...leads.keys()].sort((a, b) => leads[a]! - leads[b]!);
    for (const [place, row] of order.slice(1).entries())
      if (leads[row]! - leads[order[place]!]! > 0.05)
        expect(scores[row]!).toBeGreaterThan(scores[order[place]!]!);
    expect(new Set(scores).size).toBe(30);
    open.dispose();
  });
});

const spreadOf = (values: Float64Array): number => Math.max(...values) - Math.min(...values);
