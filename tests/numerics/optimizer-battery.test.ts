import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { optimizerSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
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
import { disposeTrainingState, trainStep, type TrainingState } from '#workers/objectives/train-step.ts';
import { createOptimizer, exportSlots, importSlots } from '#workers/optimizers/optimizer.ts';
import { blobs } from './blobs.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const graph = buildNetwork({ kind: 'mnist-small' }, [8, 8, 1], 4);
const start = initializeParameters(graph, createRandom(2));
const batch = blobs(12, 'batch');

/** Every optimizer joins here and inherits all the laws. */
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

describe.each(mainEngines)('optimizers on %s', (kind) => {
  withEngine(kind);

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

function everyThirdKept(): MaskSet {
  const prunable = [...start].filter(([name, weights]) => isPrunable(name, weights));
  return new Map(
    prunable.map(([name, { shape, values }]) => {
      return [name, { shape, values: Uint8Array.from(values, (_, i) => Number(i % 3 === 0)) }];
    }),
  );
}
