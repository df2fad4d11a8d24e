import { describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import type { Batch } from '#workers/objectives/batch.ts';
import { blobs, trainedOn } from './blobs.ts';
import { everyKindNetwork } from './every-kind.ts';
import { relativeSlope, seenBy as seenIn, type Sight } from './seen-by.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const start = initializeParameters(graph, createRandom(2));
const batch = blobs(12, 'batch');

const smallGan = { kind: 'calibrated', latent: 8, channels: 4 } as const;

/** Every objective joins here and inherits all the laws. */
const objectives: Readonly<Record<string, object>> = {
  natural: { kind: 'natural' },
  'adversarial linf': { kind: 'adversarial', epsilon: 0.05, steps: 4, stepSize: 0.02 },
  'adversarial l2': { kind: 'adversarial', norm: 'l2', epsilon: 0.3, steps: 4, stepSize: 0.1 },
  'adversarial from the image': {
    kind: 'adversarial',
    epsilon: 0.05,
    steps: 4,
    stepSize: 0.02,
    randomStart: false,
  },
  'trades linf': { kind: 'trades', epsilon: 0.05, steps: 4, stepSize: 0.02 },
  'trades l2': { kind: 'trades', norm: 'l2', epsilon: 0.3, steps: 4, stepSize: 0.1, weight: 2 },
  interval: { kind: 'interval', epsilon: 0.01 },
  'interval without a natural share': { kind: 'interval', epsilon: 0.01, naturalShare: 0 },
  'crown-interval': { kind: 'crown-interval', epsilon: 0.01 },
  'mixed-symbolic': { kind: 'mixed-symbolic', epsilon: 0.01, probability: 1, examples: batch.labels.length },
  stability: { kind: 'stability', sigma: 0.1 },
  gaussian: { kind: 'gaussian', sigma: 0.1 },
  /** So slow a GAN stands still, which laws of one function want; its own laws are in calibrated.test.ts. */
  'calibrated beside a GAN that stands still': { ...smallGan, ganLearningRate: 1e-12 },
};

/** Amid every ramp longer than half of a stage. */
const position = { step: 30, stepsPerEpoch: 10, epochs: 10 };

/** Whose loss is a function of the weights alone, no attack being made anew for other weights. */
const slopes = Object.entries(objectives).filter(([name]) => !/^(adversarial|trades)/.test(name));

describe.each(mainEngines)('training on %s', (kind) => {
  const engine = withEngine(kind);

  describe.each(Object.entries(objectives))('objective %s', (_name, settings) => {
    const objective = objectiveSchema.parse(settings);

    it('repeats every bit with the same seed and epoch', async () => {
      expect(await seenBy(settings, batch)).toEqual(await seenBy(settings, batch));
    });

    it('has as gradient of a batch the mean over its examples, whatever their order', async () => {
      const whole = await seenBy(settings, batch);
      const rows = [...batch.labels.keys()].reverse();
      const singles = [];
      for (const row of rows) singles.push(await seenBy(settings, rowOf(batch, row)));
      expect(mean(singles.map(({ loss }) => loss))).toBeCloseTo(whole.loss, 4);
      expect(singles.reduce((count, { correct }) => count + correct, 0)).toBe(whole.correct);
      for (const [name, { values }] of whole.gradients)
        for (let i = 0; i < values.length; i += 97)
          expect(mean(singles.map(({ gradients }) => gradients.get(name)!.values[i]!))).toBeCloseTo(
            values[i]!,
            4,
          );
    });

    it('leaves no tensor behind', async () => {
      const before = engine().memory();
      await seenBy(settings, batch);
      expect(engine().memory()).toEqual(before);
    });

    it('falls when it is trained on', async () => {
      const few = objective.kind === 'mixed-symbolic' ? { ...objective, examples: 1 } : objective;
      const trained = await trainedOn(graph, few, 60);
      const [before, after] = [await seenBy(settings, batch), await seenBy(settings, batch, trained)];
      expect(after.loss).toBeLessThan(0.75 * before.loss);
    });
  });

  const everyKind = everyKindNetwork(graph.inputShape, 4);
  const networks = {
    'a plain network': { graph, weights: start },
    'batch-norm, pools and sums': {
      graph: everyKind,
      weights: initializeParameters(everyKind, createRandom(3)),
    },
  } as const;

  describe.each(Object.entries(networks))('on %s', (_name, network) => {
    it.each(slopes)('%s rises along its gradient by as much as it says', async (_objective, settings) => {
      expect(Math.abs((await relativeSlope(settings, { ...network, batch, position })) - 1)).toBeLessThan(
        0.02,
      );
    });
  });

  it.each(Object.entries(objectives))(
    '%s moves running statistics as its one pass saw them',
    async (_name, settings) => {
      const { graph: network, weights } = networks['batch-norm, pools and sums'];
      const { statistics, loss } = await seenBy(settings, batch, weights, { graph: network });
      expect(Number.isFinite(loss)).toBe(true);
      expect([...statistics.keys()].sort()).toEqual(
        ['bn1', 'bn2'].flatMap((id) => [`${id}.running_mean`, `${id}.running_var`]),
      );
    },
  );

  it('adds the L1 norm of batch-norm scales to any loss', async () => {
    const { graph: network, weights } = networks['batch-norm, pools and sums'];
    for (const settings of [{ kind: 'natural' }, objectives['interval']!]) {
      const plain = await seenBy(settings, batch, weights, { graph: network });
      const penalized = await seenBy(settings, batch, weights, { graph: network, scalePenalty: 0.25 });
      const scales = ['bn1.weight', 'bn2.weight'].flatMap((name) => [...weights.get(name)!.values]);
      const norm = scales.reduce((sum, scale) => sum + Math.abs(scale), 0);
      expect(penalized.loss - plain.loss).toBeCloseTo(0.25 * norm, 4);
      for (const [name, { values }] of plain.gradients)
        expect(penalized.gradients.get(name)!.values[0]! - values[0]!).toBeCloseTo(
          /^bn.\.weight$/.test(name) ? 0.25 * Math.sign(weights.get(name)!.values[0]!) : 0,
          5,
        );
    }
  });

  it('attacks from another point in another epoch', async () => {
    const [first, second] = [0, 1].map((epoch) =>
      seenBy(objectives['adversarial linf']!, batch, start, { epoch }),
    );
    expect((await first!).loss).not.toBe((await second!).loss);
  });

  it('sees in an attack of radius 0 what the natural objective sees', async () => {
    const still = { kind: 'adversarial', epsilon: 0, steps: 2 };
    expect(await seenBy(still, batch)).toEqual(await seenBy({ kind: 'natural' }, batch));
  });

  it('against attacks makes a network that survives them better than one trained without', async () => {
    const attack = attackSchema.parse({ kind: 'pgd', epsilon: 0.07, steps: 20 });
    const survivors = [];
    for (const name of ['natural', 'adversarial linf']) {
      const parameters = toTensors(
        graph,
        await trainedOn(graph, objectiveSchema.parse(objectives[name]), 60),
      );
      const { verdicts } = await attackBatch({
        ...blobs(80, 'test'),
        attack,
        graph,
        parameters,
        seed: 1,
        until: 'broken',
      });
      disposeTensors(parameters);
      survivors.push(verdicts.filter((verdict) => verdict === 'survived').length);
    }
    expect(survivors[1]).toBeGreaterThan(survivors[0]! + 10);
  });
});

const seenBy = (
  settings: object,
  examples: Batch,
  weights: ParameterSet = start,
  others: Partial<Sight> = {},
) => seenIn(settings, { graph, weights, batch: examples, position, ...others });

function rowOf({ images, labels, exampleIds }: Batch, row: number): Batch {
  return {
    images: images.slice(row * 64, (row + 1) * 64),
    labels: labels.slice(row, row + 1),
    exampleIds: exampleIds.slice(row, row + 1),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
