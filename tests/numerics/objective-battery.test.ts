import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema, optimizerSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import {
  disposeTensors,
  fromTensors,
  isPrunable,
  toMaskTensors,
  toTensors,
  type MaskSet,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import type { ObjectiveContext } from '#workers/objectives/objective-rule.ts';
import {
  disposeTrainingState,
  trainStep,
  type Batch,
  type TrainingState,
} from '#workers/objectives/train-step.ts';
import { createOptimizer, exportSlots, importSlots } from '#workers/optimizers/optimizer.ts';
import { blobs, trainedOn } from './blobs.ts';
import { everyKindNetwork } from './every-kind.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const start = initializeParameters(graph, createRandom(2));
const batch = blobs(12, 'batch');

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
};

/** Amid every ramp longer than half of a stage. */
const position = { step: 30, stepsPerEpoch: 10, epochs: 10 };

/** Whose loss is a function of the weights alone, no attack being made anew for other weights. */
const slopes = Object.entries(objectives).filter(([name]) => !/^(adversarial|trades)/.test(name));

const optimizers: Readonly<Record<string, object>> = {
  'sgd with momentum and decay': { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  'sgd with Nesterov and decoupled decay': {
    kind: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 0.01,
    decay: 'decoupled',
  },
  'sgd without momentum': { kind: 'sgd', momentum: 0, weightDecay: 0 },
  adam: { kind: 'adam', weightDecay: 0.01 },
  adamw: { kind: 'adam', weightDecay: 0.01, decay: 'decoupled' },
};

const engines: readonly EngineKind[] = ['onnx', 'wasm'];

describe.each(engines)('training on %s', (kind) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(kind);
  });
  afterAll(() => {
    expect(engine.memory().tensors).toBe(0);
    engine.dispose();
  });

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
      const before = engine.memory();
      await seenBy(settings, batch);
      expect(engine.memory()).toEqual(before);
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
    'a plain network': { graph, start },
    'batch-norm, pools and sums': {
      graph: everyKind,
      start: initializeParameters(everyKind, createRandom(3)),
    },
  } as const;

  describe.each(Object.entries(networks))('on %s', (_name, network) => {
    it.each(slopes)('%s rises along its gradient by as much as it says', async (_objective, settings) => {
      expect(Math.abs((await relativeSlope(settings, network)) - 1)).toBeLessThan(0.02);
    });
  });

  it.each(Object.entries(objectives))(
    '%s moves running statistics as its one pass saw them',
    async (_name, settings) => {
      const { graph: network, start: weights } = networks['batch-norm, pools and sums'];
      const { statistics, loss } = await seenBy(settings, batch, weights, { graph: network });
      expect(Number.isFinite(loss)).toBe(true);
      expect([...statistics.keys()].sort()).toEqual(
        ['bn1', 'bn2'].flatMap((id) => [`${id}.running_mean`, `${id}.running_var`]),
      );
    },
  );

  it('adds the L1 norm of batch-norm scales to any loss', async () => {
    const { graph: network, start: weights } = networks['batch-norm, pools and sums'];
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

  describe.each(Object.entries(optimizers))('optimizer %s', (_name, settings) => {
    const rule = createOptimizer(optimizerSchema.parse(settings));

    const steps = async (state: TrainingState, count: number, masks?: MaskSet): Promise<TrainingState> => {
      const held = masks && toMaskTensors(graph, masks);
      let now = state;
      for (let step = 0; step < count; step += 1)
        ({ state: now } = await trainStep({
          graph,
          objective: { kind: 'natural' },
          optimizer: rule,
          state: now,
          batch,
          learningRate: 0.02,
          seed: 1,
          epoch: 0,
          ...(held && { masks: held }),
        }));
      if (held) disposeTensors(held);
      return now;
    };
    const begin = (parameterSet: ParameterSet = start): TrainingState => {
      const parameters = toTensors(graph, parameterSet);
      return { parameters, optimizer: rule.init(parameters) };
    };

    it('keeps pruned weights and their slots at exactly zero, and moves the others', async () => {
      const masks = everyThirdKept();
      const state = await steps(begin(), 20, masks);
      const saved = [
        ...(await fromTensors(graph, state.parameters)),
        ...(await exportSlots(graph, state.optimizer)),
      ];
      for (const [key, { values }] of saved) {
        const mask = masks.get(key.split('/').at(-1)!)?.values;
        if (!mask) continue;
        expect(values.some((value, i) => mask[i] === 0 && value !== 0)).toBe(false);
        if (!key.includes('/'))
          expect(values.some((value, i) => mask[i] === 1 && value !== start.get(key)!.values[i])).toBe(true);
      }
      disposeTrainingState(state);
    });

    it('goes on from saved slots as if never interrupted, to the bit', async () => {
      const straight = await steps(begin(), 6);
      const half = await steps(begin(), 3);
      const weights = await fromTensors(graph, half.parameters);
      const slots = await exportSlots(graph, half.optimizer);
      disposeTrainingState(half);
      const resumed = await steps(
        { parameters: toTensors(graph, weights), optimizer: importSlots(graph, 3, slots) },
        3,
      );
      expect(await fromTensors(graph, resumed.parameters)).toEqual(
        await fromTensors(graph, straight.parameters),
      );
      expect(await exportSlots(graph, resumed.optimizer)).toEqual(
        await exportSlots(graph, straight.optimizer),
      );
      expect(resumed.optimizer.step).toBe(6);
      disposeTrainingState(straight);
      disposeTrainingState(resumed);
    });
  });
});

async function seenBy(
  settings: object,
  examples: Batch,
  weights: ParameterSet = start,
  others: Partial<ObjectiveContext> = {},
) {
  const network = others.graph ?? graph;
  const parameters = toTensors(network, weights);
  const context = { graph, batch: examples, seed: 7, epoch: 0, position, ...others, parameters };
  const seen = await lossAndGradients(objectiveSchema.parse(settings), context);
  const gradients = await fromTensors(network, seen.gradients);
  const statistics = await fromTensors(network, seen.statistics);
  disposeTensors(seen.gradients);
  disposeTensors(seen.statistics);
  disposeTensors(parameters);
  return { loss: seen.loss, correct: seen.correct, remarks: seen.remarks, gradients, statistics };
}

/** The slope along the gradient, divided by the gradient's own square: 1 where the gradient is one. */
async function relativeSlope(
  settings: object,
  { graph: network, start: weights }: { readonly graph: NetworkGraph; readonly start: ParameterSet },
): Promise<number> {
  const { gradients } = await seenBy(settings, batch, weights, { graph: network });
  const square = [...gradients.values()].reduce(
    (sum, { values }) => sum + values.reduce((total, value) => total + value ** 2, 0),
    0,
  );
  const along = async (by: number): Promise<number> => {
    const moved = [...weights].map(([name, { shape, values }]) => {
      const slope = gradients.get(name)?.values;
      return [name, { shape, values: values.map((value, i) => value + by * (slope?.[i] ?? 0)) }] as const;
    });
    return (await seenBy(settings, batch, new Map(moved), { graph: network })).loss;
  };
  const step = 3e-4 / square;
  return ((await along(step)) - (await along(-step))) / (2 * step * square);
}

function rowOf({ images, labels, exampleIds }: Batch, row: number): Batch {
  return {
    images: images.slice(row * 64, (row + 1) * 64),
    labels: labels.slice(row, row + 1),
    exampleIds: exampleIds.slice(row, row + 1),
  };
}

function everyThirdKept(): MaskSet {
  const prunable = [...start].filter(([name, weights]) => isPrunable(name, weights));
  return new Map(
    prunable.map(([name, { shape, values }]) => {
      return [name, { shape, values: Uint8Array.from(values, (_, i) => Number(i % 3 === 0)) }];
    }),
  );
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
