import { beforeAll, describe, expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { networkKinds, type NetworkGraph } from '#contract/network.ts';
import { objectiveSchema, optimizerSchema, type Objective } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import {
  disposeTensors,
  fromTensors,
  isTrained,
  toTensors,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { disposeTrainingState, trainStep, type Batch } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { blobs, trainedOn } from './blobs.ts';
import { everyKindNetwork } from './every-kind.ts';
import { narrowed, narrowNetwork, noiseImages } from './narrow-networks.ts';
import { mainEngines, withEngine } from './with-engine.ts';

const everyPair = networkKinds.flatMap((kind) =>
  mainEngines.map((engineKind) => [kind, engineKind] as const),
);

/** Every network of the catalogue joins here by itself, a quarter as wide, and inherits all the laws. */
describe.each(everyPair)('network %s on %s', (kind, engineKind) => {
  const graph = narrowNetwork(kind, 4);
  const start = initializeParameters(graph, createRandom(1));
  const batch = noiseImages(graph, 4);
  withEngine(engineKind);
  let trained: Trained;
  beforeAll(async () => {
    trained = await trainedOnce(graph, start, batch);
  });

  it('moves everything that is trained, and the running statistics', () => {
    expect(Number.isFinite(trained.loss)).toBe(true);
    expect([...trained.parameters.keys()]).toEqual([...start.keys()]);
    for (const [name, { values }] of trained.parameters) {
      const before = start.get(name)!.values;
      expect(values.every(Number.isFinite)).toBe(true);
      expect({ name, moved: values.some((value, i) => value !== before[i]) }).toEqual({ name, moved: true });
    }
  });

  it('repeats a step to the bit', async () => {
    expect(await trainedOnce(graph, start, batch)).toEqual(trained);
  });

  it('sees an example in evaluation as it does in any batch', async () => {
    const parameters = toTensors(graph, trained.parameters);
    const { logits } = await predict({ graph, parameters, ...batch });
    const size = batch.images.length / 4;
    const alone = { images: batch.images.slice(size, 2 * size), labels: batch.labels.slice(1, 2) };
    const single = await predict({ graph, parameters, ...alone });
    for (const [i, value] of single.logits.entries()) expect(value).toBeCloseTo(logits[10 + i]!, 4);
    disposeTensors(parameters);
  });

  it('can be attacked, which leaves the network as it was', async () => {
    const parameters = toTensors(graph, trained.parameters);
    const clean = await predict({ graph, parameters, ...batch });
    const attack = attackSchema.parse({ kind: 'pgd', epsilon: '8/255', steps: 2 });
    const request = { attack, graph, parameters, ...batch, labels: clean.classes, seed: 1 };
    const seen = await attackBatch({ ...request, until: 'end' });
    expect(Math.max(...seen.distances)).toBeGreaterThan(1 / 255);
    expect(Math.max(...seen.distances)).toBeLessThanOrEqual(8 / 255 + 1e-6);
    for (const [row, loss] of seen.losses.entries())
      expect(loss).toBeGreaterThan(-Math.log(clean.confidences[row]!));
    expect(await fromTensors(graph, parameters)).toEqual(trained.parameters);
    disposeTensors(parameters);
  });
});

describe('what training and evaluation share', () => {
  withEngine('wasm');

  it('is enough that a network trained by batches knows single images by its running statistics', async () => {
    const graph = everyKindNetwork([8, 8, 1], 4);
    const parameters = toTensors(graph, await trainedOn(graph, objectiveSchema.parse('natural'), 80));
    const test = blobs(100, 'test');
    const { classes } = await predict({ graph, parameters, ...test });
    const correct = classes.filter((predicted, row) => predicted === test.labels[row]).length;
    expect(correct).toBeGreaterThan(85);
    disposeTensors(parameters);
  });

  it('is not moved by crafting: an attack of radius 0 leaves a step as it is, statistics and all', async () => {
    const graph = everyKindNetwork([8, 8, 1], 4);
    const start = initializeParameters(graph, createRandom(1));
    const batch = blobs(12, 'batch');
    const still = objectiveSchema.parse({ kind: 'adversarial', epsilon: 0, steps: 3 });
    const [attacked, natural] = [
      await trainedOnce(graph, start, batch, { objective: still }),
      await trainedOnce(graph, start, batch),
    ];
    expect(attacked).toEqual(natural);
  });

  it('is drawn anew with another seed by dropout, and by nothing else', async () => {
    for (const [kind, isRandom] of [
      ['all-cnn', true],
      ['wrn-28-1', false],
    ] as const) {
      const graph = narrowed(buildNetwork({ kind }, [16, 16, 3], 10), 4);
      const start = initializeParameters(graph, createRandom(1));
      const batch = noiseImages(graph, 4);
      const [first, second] = [
        await trainedOnce(graph, start, batch, { seed: 1 }),
        await trainedOnce(graph, start, batch, { seed: 2 }),
      ];
      expect(first.loss !== second.loss).toBe(isRandom);
    }
  });
});

type Trained = { readonly loss: number; readonly parameters: ParameterSet };

async function trainedOnce(
  graph: NetworkGraph,
  start: ParameterSet,
  batch: Batch,
  {
    seed = 1,
    objective = { kind: 'natural' },
  }: { readonly seed?: number; readonly objective?: Objective } = {},
): Promise<Trained> {
  const optimizer = createOptimizer(optimizerSchema.parse('sgd'));
  const parameters = toTensors(graph, start);
  const before = { parameters, optimizer: optimizer.init(parameters) };
  const settings = { graph, objective, optimizer, batch, learningRate: 0.01, seed, epoch: 0 };
  const { state, loss } = await trainStep({ ...settings, state: before });
  const after = await fromTensors(graph, state.parameters);
  expect(Object.keys(state.optimizer.slots)).toHaveLength([...start.keys()].filter(isTrained).length);
  disposeTrainingState(state);
  return { loss, parameters: after };
}
