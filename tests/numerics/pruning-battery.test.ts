import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkGraph } from '#contract/network.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { optimizerSchema, trainingSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { fromTensors, isPrunable, type MaskSet, type ParameterSet } from '#workers/networks/parameters.ts';
import type { Batch } from '#workers/objectives/train-step.ts';
import { gradientSlot, openGradientSession } from '#workers/procedures/gradient-session.ts';
import { openScoreSession, scoreSlot } from '#workers/procedures/score-session.ts';
import { arraysIn } from '#workers/procedures/training-checkpoint.ts';
import {
  openSession,
  type StepSettings,
  type TrainingSession,
} from '#workers/procedures/training-session.ts';
import { applyMasks } from '#workers/pruning/apply-masks.ts';
import { blobs } from './blobs.ts';
import { naiveLogits } from './naive-network.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const graph: NetworkGraph = {
  spec: { kind: 'mlp', widths: [4] },
  inputShape: [8, 8, 1],
  classCount: 4,
  nodes: [
    { kind: 'input', id: 'input' },
    { kind: 'conv', id: 'conv1', input: 'input', filters: 4, kernel: 3, stride: 2, padding: 1, bias: false },
    { kind: 'batch-norm', id: 'bn1', input: 'conv1' },
    { kind: 'relu', id: 'relu1', input: 'bn1' },
    { kind: 'flatten', id: 'flatten', input: 'relu1' },
    { kind: 'dense', id: 'fc1', input: 'flatten', units: 4 },
  ],
};
const weights = initializeParameters(graph, createRandom(2));
const dense = { graph, parameters: weights, masks: new Map() };
const batch = blobs(8, 'batch');
const prunable = [...weights].filter(([name, own]) => isPrunable(name, own)).map(([name]) => name);
const plainDescent = {
  objective: 'natural',
  epochs: 1,
  optimizer: { kind: 'sgd', learningRate: 1, momentum: 0, weightDecay: 0 },
} as const;

const settings = (examples: Batch, step = 0): StepSettings => ({
  batch: examples,
  learningRate: 1,
  seed: 3,
  epoch: 0,
  position: { step, stepsPerEpoch: 100, epochs: 1 },
});

describe.each(mainEngines)('training inside pruning on %s', (kind) => {
  const engine = withEngine(kind);

  /** Gives what `use` finds, and fails if the session left a tensor behind. */
  async function during<Found>(
    session: () => TrainingSession,
    use: (opened: TrainingSession) => Promise<Found>,
  ): Promise<Found> {
    const { tensors } = engine().memory();
    const opened = session();
    const found = await use(opened);
    opened.dispose();
    expect(engine().memory().tensors).toBe(tensors);
    return found;
  }

  describe('learned scores', () => {
    const target = { density: 0.5, scope: 'layer' } as const;
    const open = (training: object) =>
      openScoreSession(trainingSchema.parse({ ...plainDescent, ...training }), target, dense);

    it('move by the derivative of the loss at the masked network, by each kept or pruned weight', async () => {
      const [before, after] = await during(
        () => open({}),
        async (session) => {
          const first = await session.snapshot(0);
          await session.step(settings(batch));
          return [first, await session.snapshot(1)];
        },
      );
      const scores = arraysIn(before, scoreSlot);
      const masked = applyMasks(weights, largestHalf(scores));
      for (const name of prunable) {
        const moved = arraysIn(after, scoreSlot).get(name)!.values;
        const slopes = slopesOf(masked, name);
        const expected = slopes.map(
          (slope, i) => slope * weights.get(name)!.values[i]! * Math.sign(scores.get(name)!.values[i]!),
        );
        for (const [i, value] of expected.entries())
          expect(scores.get(name)!.values[i]! - moved[i]!).toBeCloseTo(value, 4);
        expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3);
      }
    });

    it('leave weights and biases as they were, and train batch-norm', async () => {
      const { parameters } = await during(
        () => open({ optimizer: { kind: 'adam', weightDecay: 0.1 } }),
        async (session) => {
          for (let step = 0; step < 3; step += 1) await session.step(settings(batch, step));
          return session.snapshot(3);
        },
      );
      for (const name of [...prunable, 'fc1.bias']) expect(parameters.get(name)).toEqual(weights.get(name));
      for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
        expect(parameters.get(`bn1.${part}`)).not.toEqual(weights.get(`bn1.${part}`));
    });

    it('compute with exactly the weights of the largest scores', async () => {
      const { computed, scores } = await during(
        () => open({}),
        async (session) => {
          await session.step(settings(batch));
          const computed = await fromTensors(graph, session.parameters());
          return { computed, scores: arraysIn(await session.snapshot(1), scoreSlot) };
        },
      );
      const masked = applyMasks(weights, largestHalf(scores));
      for (const name of prunable)
        expect([...computed.get(name)!.values].map((value) => value + 0)).toEqual([
          ...masked.get(name)!.values,
        ]);
    });
  });

  describe('gradients of a batch', () => {
    const training = trainingSchema.parse(plainDescent);
    const gradientsOf = (batches: readonly Batch[]) =>
      during(
        () => openGradientSession(training, dense),
        async (session) => {
          for (const [step, examples] of batches.entries()) await session.step(settings(examples, step));
          return arraysIn(await session.snapshot(batches.length), gradientSlot);
        },
      );

    it('are the derivative of the mean loss by every prunable weight, times the examples', async () => {
      const gradients = await gradientsOf([batch]);
      for (const name of prunable) {
        const slopes = slopesOf(weights, name);
        const found = gradients.get(name)!.values;
        for (const [i, slope] of slopes.entries())
          expect(found[i]! / batch.labels.length).toBeCloseTo(slope, 4);
      }
    });

    it('weigh each example alike, however many share its batch', async () => {
      const normless = buildNetwork({ kind: 'mlp', widths: [6] }, [8, 8, 1], 4);
      const model = {
        graph: normless,
        parameters: initializeParameters(normless, createRandom(4)),
        masks: new Map(),
      };
      const sumsOver = (batches: readonly Batch[]) =>
        during(
          () => openGradientSession(training, model),
          async (session) => {
            for (const [step, examples] of batches.entries()) await session.step(settings(examples, step));
            return arraysIn(await session.snapshot(batches.length), gradientSlot);
          },
        );
      const whole = await sumsOver([batch]);
      const parts = await sumsOver([slice(batch, 0, 5), slice(batch, 5, 8)]);
      expect([...whole.keys()]).toEqual(['fc1.weight', 'fc2.weight']);
      for (const [name, { values }] of whole)
        for (const [i, value] of values.entries()) expect(parts.get(name)!.values[i]).toBeCloseTo(value, 4);
    });
  });

  it('keeps pruned weights and all that optimizers hold of them at zero, whatever the optimizer', async () => {
    const share = fc.constantFrom(0, 0.01, 0.3);
    const decay = fc.constantFrom('coupled', 'decoupled');
    const optimizer = fc.oneof(
      fc.record({
        kind: fc.constant('sgd'),
        momentum: fc.constantFrom(0, 0.5, 0.9),
        nesterov: fc.boolean(),
        weightDecay: share,
        decay,
      }),
      fc.record({ kind: fc.constant('adam'), weightDecay: share, decay }),
    );
    const shape = fc.record({ optimizer, steps: fc.integer({ min: 1, max: 6 }), seed: fc.nat(1000) });
    await fc.assert(
      fc.asyncProperty(shape, async ({ optimizer, steps, seed }) => {
        const masks = randomMasks(seed);
        const training = trainingSchema.parse({
          objective: 'natural',
          epochs: 1,
          optimizer: optimizerSchema.parse(optimizer),
        });
        const pruned = { graph, parameters: applyMasks(weights, masks), masks };
        const { parameters, slots } = await during(
          () => openSession(training, pruned),
          async (session) => {
            for (let step = 0; step < steps; step += 1) await session.step(settings(batch, step));
            return session.snapshot(steps);
          },
        );
        const held = [...parameters, ...[...slots].map(([key, array]) => [nameIn(key), array] as const)];
        for (const [name, { values }] of held) {
          const kept = masks.get(name)?.values;
          if (kept !== undefined)
            expect(values.filter((value, i) => kept[i] === 0 && value !== 0)).toEqual(new Float32Array(0));
        }
        expect(parameters.get('fc1.weight')!.values).not.toEqual(pruned.parameters.get('fc1.weight')!.values);
      }),
      { numRuns: 12 },
    );
  });
});

const nameIn = (slotKey: string): string => slotKey.slice(slotKey.indexOf('/') + 1);

const randomMasks = (seed: number): MaskSet =>
  new Map(
    prunable.map((name) => {
      const { shape, values } = weights.get(name)!;
      const random = createRandom(seed, name);
      return [name, { shape, values: Uint8Array.from(values, () => random.nextInt(2)) }];
    }),
  );

/** The half of each layer with the largest scores in magnitude, of ties the first: sorted, for a second route. */
const largestHalf = (scores: ParameterSet): MaskSet =>
  new Map(
    [...scores].map(([name, { shape, values }]) => {
      const order = [...values.keys()].toSorted(
        (a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b,
      );
      const kept = new Set(order.slice(0, Math.round(values.length / 2)));
      return [name, { shape, values: Uint8Array.from(values, (_, i) => Number(kept.has(i))) }];
    }),
  );

/** Central differences, in float64, of the mean cross-entropy in training by every weight of one layer. */
function slopesOf(parameters: ParameterSet, name: string): number[] {
  const { shape, values } = parameters.get(name)!;
  const lossWith = (index: number, value: number): number => {
    const changed = values.with(index, value);
    return meanLoss(new Map(parameters).set(name, { shape, values: changed }));
  };
  return Array.from(values, (value, index) => {
    const [above, below] = [Math.fround(value + 1e-5), Math.fround(value - 1e-5)];
    return (lossWith(index, above) - lossWith(index, below)) / (above - below);
  });
}

function meanLoss(parameters: ParameterSet): number {
  const logits = naiveLogits(graph, parameters, { images: batch.images, mode: 'training' });
  const losses = logits.map(
    (row, i) => Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[batch.labels[i]!]!,
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const slice = ({ images, labels, exampleIds }: Batch, first: number, end: number): Batch => ({
  images: images.slice(first * 64, end * 64),
  labels: labels.slice(first, end),
  exampleIds: exampleIds.slice(first, end),
});
