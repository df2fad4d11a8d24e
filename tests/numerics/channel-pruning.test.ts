import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkParameters } from '#contract/network-parameters.ts';
import { networkKinds, type NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import { densitySchema } from '#contract/quantities.ts';
import { createRandom } from '#workers/array/random.ts';
import type { EngineKind } from '#workers/engine/engine.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import {
  disposeTensors,
  fromTensors,
  toMaskTensors,
  toTensors,
  type ParameterArray,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { applyMasks } from '#workers/pruning/apply-masks.ts';
import { findEffectiveWeights } from '#workers/pruning/effective-weights.ts';
import type { MaskedNetwork } from '#workers/pruning/masked-network.ts';
import { measureSize } from '#workers/pruning/measure-size.ts';
import { pruneChannels } from '#workers/pruning/prune-channels.ts';
import { shrink } from '#workers/pruning/shrink.ts';
import { everyKindNetwork } from './every-kind.ts';
import { narrowNetwork, noiseImages } from './narrow-networks.ts';
import { withEngine } from './with-engine.ts';

const density = fc.double({ min: 0.1, max: 0.9, noNaN: true });
const seed = fc.integer({ min: 0, max: 1000 });
const scope = fc.constantFrom('layer', 'network');
const few = { numRuns: 5, seed: 17 };

/** Deep networks take the engine that compiles nothing. */
const networks: readonly (readonly [string, EngineKind, () => NetworkGraph])[] = [
  ...networkKinds.map((kind) => [kind, 'wasm', () => narrowNetwork(kind, kind === 'mlp' ? 32 : 8)] as const),
  ['every kind of node', 'wasm', () => everyKindNetwork([16, 16, 3], 10)],
  ['every kind of node', 'onnx', () => everyKindNetwork([16, 16, 3], 10)],
];

/** Every network of the catalogue joins here by itself, an eighth as wide. */
describe.each(networks)('a structured mask on %s with %s', (_, engineKind, build) => {
  const graph = build();
  withEngine(engineKind);

  it('can be made physical: the smaller network gives the same scores', async () => {
    await fc.assert(
      fc.asyncProperty(density, scope, seed, async (density, scope, seed) => {
        const masked = prunedAtRandom(graph, { density, scope, seed });
        const shrunk = shrink(masked)!;
        expect(measureSize(shrunk)['weights.total']).toBeLessThan(measureSize(masked)['weights.total']);
        expect(shrunk.masks).toEqual(new Map());
        expect(await greatestDifference(masked, shrunk)).toBeLessThan(1e-5);
      }),
      few,
    );
  });

  it('leaves pruned channels with nothing after steps with momentum and decay', async () => {
    const masked = prunedAtRandom(graph, { density: 0.5, scope: 'layer', seed: 1 });
    for (const optimizer of ['sgd', 'adam'] as const) {
      const trained = await trainedOn(masked, optimizer);
      for (const [name, { values: mask }] of masked.masks) {
        const pruned = trained.get(name)!.values.filter((_, index) => mask[index] === 0);
        expect({ name, zero: pruned.every((value) => value === 0) }).toEqual({ name, zero: true });
      }
      const tuned = { ...masked, parameters: trained };
      const shrunk = shrink(tuned)!;
      const before = shrink(masked)!;
      expect(shrunk.graph).toEqual(before.graph);
      expect(shrunk.parameters).not.toEqual(before.parameters);
      expect(await greatestDifference(tuned, shrunk)).toBeLessThan(1e-5);
    }
  });

  it('leaves weights that all do something, or says which do nothing', async () => {
    const masked = prunedAtRandom(graph, { density: 0.4, scope: 'network', seed: 2 });
    const size = measureSize(masked);
    expect(size['weights.effective']).toBe(size['weights.kept']);
    // What a mask on single weights leaves idle can be taken out, too, without a difference.
    const sparse = thinned(graph, 0.1, 3);
    const effective = applyMasks(sparse.parameters, findEffectiveWeights(sparse));
    expect(await greatestDifference(sparse, { ...sparse, parameters: effective })).toBeLessThan(1e-5);
    const shrunk = shrink(sparse);
    if (shrunk !== undefined) expect(await greatestDifference(sparse, shrunk)).toBeLessThan(1e-5);
  });
});

type Random = { readonly density: number; readonly scope: string; readonly seed: number };

/** Filters are ranked by scores that have nothing to do with the weights. */
function prunedAtRandom(graph: NetworkGraph, { density, scope, seed }: Random): MaskedNetwork {
  const parameters = lively(graph, seed);
  const { masks } = pruneChannels(
    { kind: 'filter-l1', density: densitySchema.parse(density), scope: scope as 'layer' },
    { graph, parameters },
    lively(graph, seed + 1),
  );
  return { graph, parameters: applyMasks(parameters, masks), masks };
}

function thinned(graph: NetworkGraph, density: number, seed: number): MaskedNetwork {
  const parameters = lively(graph, seed);
  const random = createRandom(seed, 'thin');
  const masks = new Map(
    networkParameters(graph)
      .filter(({ role }) => role === 'weight' || role === 'bias' || role === 'shift' || role === 'scale')
      .map(({ name }) => {
        const { shape, values } = parameters.get(name)!;
        return [
          name,
          { shape, values: Uint8Array.from(values, () => (random.nextUniform() < density ? 1 : 0)) },
        ];
      }),
  );
  return { graph, parameters: applyMasks(parameters, masks), masks };
}

/** Nothing is zero or one by initialisation, so that whatever a mask forgets is seen. */
function lively(graph: NetworkGraph, seed: number): ParameterSet {
  const random = createRandom(seed, 'lively');
  const initial = initializeParameters(graph, random);
  const between = (array: ParameterArray, low: number, high: number, name: string): ParameterArray => ({
    shape: array.shape,
    values: random.derive('batch-norm', name).fillUniform(new Float32Array(array.values.length), low, high),
  });
  return new Map(
    networkParameters(graph).map(({ name, role }) => {
      const array = initial.get(name)!;
      if (role === 'scale' || role === 'running-variance') return [name, between(array, 0.5, 1.5, name)];
      return [name, role === 'shift' || role === 'running-mean' ? between(array, -0.3, 0.3, name) : array];
    }),
  );
}

/** Of any score on images of noise, in units of the greatest score where that is above 1. */
async function greatestDifference(left: MaskedNetwork, right: MaskedNetwork): Promise<number> {
  const batch = noiseImages(left.graph, 4);
  const logits: Float32Array[] = [];
  for (const { graph, parameters } of [left, right]) {
    const tensors = toTensors(graph, parameters);
    logits.push((await predict({ graph, parameters: tensors, ...batch })).logits);
    disposeTensors(tensors);
  }
  const scale = Math.max(1, ...logits[0]!.map(Math.abs));
  return Math.max(...logits[0]!.map((value, at) => Math.abs(value - logits[1]![at]!))) / scale;
}

async function trainedOn(masked: MaskedNetwork, kind: 'sgd' | 'adam'): Promise<ParameterSet> {
  const { graph } = masked;
  const optimizer = createOptimizer(optimizerSchema.parse({ kind, weightDecay: 0.01 }));
  const masks = toMaskTensors(graph, masked.masks);
  const parameters = toTensors(graph, masked.parameters);
  const settings = { graph, optimizer, masks, batch: noiseImages(graph, 4), learningRate: 0.01, seed: 1 };
  let state = { parameters, optimizer: optimizer.init(parameters) };
  for (let epoch = 0; epoch < 3; epoch += 1)
    ({ state } = await trainStep({ ...settings, objective: { kind: 'natural' }, state, epoch }));
  const trained = await fromTensors(graph, state.parameters);
  disposeTrainingState(state);
  disposeTensors(masks);
  return trained;
}
