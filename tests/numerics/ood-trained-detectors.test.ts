import { grad, mul, sum, tidy, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { detectorSchema, fittedDetectorSchema, isClimbable, type Detector } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { objectiveSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { forwardThrough } from '#workers/networks/forward.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { attackExamples } from '#workers/ood/detectors/attack-examples.ts';
import type {
  FitRequest,
  FittedArrays,
  OpenDetector,
  WatchedNetwork,
} from '#workers/ood/detectors/detector-rule.ts';
import { fittedRuleOf } from '#workers/ood/detectors/detector-rules.ts';
import { blobs, trainedOn } from './blobs.ts';
import { fitDetector, openDetector } from './detectors.ts';
import { naiveLogits } from './naive-network.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const plain = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const features = buildNetwork({ kind: 'mlp', widths: [16] }, [8, 8, 1], 4);
const train = setOf(blobs(128, 'detector training'));
const test = setOf(blobs(48, 'detector test'));
const clean = gatherExamples(test, positionRange(0, 48)).images;
const noise = createRandom(9).fillUniform(new Float32Array(48 * 64), 0, 1);

describe.each(mainEngines)('detectors that train, on %s', (kind) => {
  const engine = withEngine(kind);
  let weights: ParameterSet;
  beforeAll(async () => {
    weights = await trainedOn(plain, objectiveSchema.parse('natural'), 40);
  });

  it('magnet gives unknown noise a greater error, and its class is that of what the auto-encoder gives back', async () => {
    await watching(plain, weights, async (network) => {
      const detector = detectorSchema.parse({ kind: 'magnet', epochs: 30 });
      const fitted = await fit(detector, network);
      await opened(detector, network, fitted, async ({ look }) => {
        const [known, unknown] = [await look(clean), await look(noise)];
        expect(auroc(known.scores, unknown.scores)).toBeGreaterThan(0.95);
        expect(Math.max(...known.scores)).toBeLessThan(0);
        const hits = known.predictions!.filter((label, i) => label === test.labels[i]).length;
        expect(hits).toBeGreaterThan(44);
      });
    });
  });

  it('adversary-network tells attacked images from clean ones that it never saw', async () => {
    await watching(plain, weights, async (network) => {
      const detector = detectorSchema.parse({ kind: 'adversary-network', epochs: 20 });
      const fitted = await fit(detector, network);
      const attacked = await attackedBy(network);
      await opened(detector, network, fitted, async ({ look }) => {
        expect(auroc((await look(clean)).scores, (await look(attacked)).scores)).toBeGreaterThan(0.95);
      });
    });
  });

  it('adversary-network looks at features without places too', async () => {
    await watching(features, initializeParameters(features, createRandom(2)), async (network) => {
      const detector = detectorSchema.parse({ kind: 'adversary-network', epochs: 1 });
      const fitted = await fit(detector, network);
      await opened(detector, network, fitted, async ({ look }) => {
        expect((await look(clean)).scores.every(Number.isFinite)).toBe(true);
      });
    });
  });

  const trained = [
    { kind: 'magnet', epochs: 2 },
    { kind: 'adversary-network', epochs: 2 },
  ] as const;
  describe.each(trained)('$kind', (settings) => {
    const detector = fittedDetectorSchema.parse(settings);

    it('fits to the same bits with the same seed, to others with another, and leaves no tensor behind', async () => {
      await watching(plain, weights, async (network) => {
        const before = engine().memory();
        const fitted = await fit(detector, network);
        expect(await fit(detector, network)).toEqual(fitted);
        expect(await fit(detector, network, 8)).not.toEqual(fitted);
        const steps = fittedRuleOf(detector).fit(detector, requestFor(network, 7));
        await steps.next();
        await steps.return(new Map());
        expect(engine().memory()).toEqual(before);
      });
    });

    it('gives every image a score that does not depend on who shares its batch', async () => {
      await watching(plain, weights, async (network) => {
        await opened(detector, network, await fit(detector, network), async ({ look }) => {
          const whole = (await look(clean)).scores;
          const backwards = [...whole.keys()].reverse().slice(0, 10);
          for (const row of backwards) {
            const [alone] = (await look(clean.slice(row * 64, (row + 1) * 64))).scores;
            expect(alone).toBeCloseTo(whole[row]!, 4);
          }
        });
      });
    });

    it('has a companion whose slope leads up, to higher scores where it is the score', async () => {
      await watching(plain, weights, async (network) => {
        await opened(detector, network, await fit(detector, network), async (open) => {
          expect(isClimbable(detector)).toBe(true);
          const moved = await alongSlope(open, network);
          expect(moved.after).toBeGreaterThan(moved.before);
          if (!open.companion!.isScore) return;
          const [before, after] = [await open.look(noise), await open.look(moved.images)];
          expect(mean(after.scores)).toBeGreaterThan(mean(before.scores));
          expect(mean(before.scores)).toBeCloseTo(moved.before, 3);
        });
      });
    });
  });

  describe('background-class', () => {
    const detector = detectorSchema.parse('background-class');
    const marked: NetworkGraph = { ...plain, background: true };

    it('scores by the sum of the other probabilities, and its companion by their log-odds', async () => {
      await watching(marked, weights, async (network) => {
        await opened(detector, network, new Map(), async (open) => {
          expect(isClimbable(detector)).toBe(true);
          const logits = naiveLogits(plain, weights, { images: clean, mode: 'evaluation' });
          const expected = logits.map((row) => {
            const powers = row.map((logit) => Math.exp(logit));
            return 1 - powers.at(-1)! / powers.reduce((a, b) => a + b, 0);
          });
          const { scores } = await open.look(clean);
          for (const [row, score] of scores.entries()) expect(score).toBeCloseTo(expected[row]!, 5);
          const moved = await alongSlope(open, network);
          expect(moved.after).toBeGreaterThan(moved.before);
          const [before, after] = [await open.look(noise), await open.look(moved.images)];
          expect(mean(after.scores)).toBeGreaterThan(mean(before.scores));
        });
      });
    });

    it('refuses a network without a background class', async () => {
      await watching(plain, weights, (network) => {
        const open = () => openDetector(detector, { ...network, classCount: 4 });
        expect(open).toThrow(/all 4 classes/);
        return Promise.resolve();
      });
    });
  });
});

async function watching(
  graph: NetworkGraph,
  weights: ParameterSet,
  use: (network: WatchedNetwork) => Promise<void>,
): Promise<void> {
  const parameters = toTensors(graph, weights);
  try {
    await use({ graph, parameters });
  } finally {
    disposeTensors(parameters);
  }
}

const requestFor = (network: WatchedNetwork, seed: number): FitRequest => ({
  network,
  classCount: 4,
  train,
  tuning: { ...train, indices: new Uint32Array(0) },
  seed,
});

const fit = (detector: Detector, network: WatchedNetwork, seed = 7): Promise<FittedArrays> =>
  fitDetector(detector, requestFor(network, seed));

async function opened(
  detector: Detector,
  network: WatchedNetwork,
  fitted: FittedArrays,
  use: (open: OpenDetector) => Promise<void>,
): Promise<void> {
  const open = openDetector(detector, { ...network, classCount: 4 }, fitted);
  try {
    await use(open);
  } finally {
    open.dispose();
  }
}

/** Test images as the attack of the fit leaves them. */
async function attackedBy(network: WatchedNetwork): Promise<Float32Array> {
  const steps = attackExamples({ ...requestFor(network, 3), train: test }, 48);
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return Float32Array.from(step.value.attacked.flatMap((image) => [...image]));
  }
}

/** Noise, moved a little along the slope of the companion, and the mean of what it gives before and after. */
async function alongSlope({ companion }: OpenDetector, { graph, parameters }: WatchedNetwork) {
  const { score, reads } = companion!;
  const watched = oneHotTensor(new Int32Array(48), graph.classCount);
  const meanScore = (images: Tensor): Tensor => {
    const pass = forwardThrough(graph, parameters, { images: images as Tensor4D, reads });
    return mul(sum(score({ ...pass, watched })), 1 / 48);
  };
  const points = imageTensor(graph, noise);
  const slope = tidy(() => grad(meanScore)(points));
  const values = (await slope.data()) as Float32Array;
  const steepest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const images = noise.map((value, i) => Math.min(Math.max(value + (0.01 * values[i]!) / steepest, 0), 1));
  const at = async (given: Float32Array): Promise<number> => {
    const found = tidy(() => meanScore(imageTensor(graph, given)));
    const [value] = await found.data();
    found.dispose();
    return value!;
  };
  const moved = { images, before: await at(noise), after: await at(images) };
  for (const held of [watched, points, slope]) held.dispose();
  return moved;
}

function setOf({
  images,
  labels,
}: {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}): ExampleSet {
  return {
    shape: [8, 8, 1],
    images: Uint8Array.from(images, (value) => Math.round(255 * value)),
    labels: Uint16Array.from(labels),
    indices: Uint32Array.from(labels, (_, i) => i),
  };
}

/** How often a known input scores above an unknown one. */
function auroc(known: Float64Array, unknown: Float64Array): number {
  let wins = 0;
  for (const a of known) for (const b of unknown) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (known.length * unknown.length);
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
