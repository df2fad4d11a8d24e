import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findBackend, memory } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { attackSchema } from '#contract/attack.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { objectiveSchema, optimizerSchema } from '#contract/objective.ts';
import { pruningSchema } from '#contract/pruning.ts';
import { createRandom } from '#workers/array/random.ts';
import { attackBatch } from '#workers/attacks/attack-batch.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { OnnxBackend } from '#workers/engine/onnx/backend.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import {
  disposeTensors,
  fromTensors,
  toMaskTensors,
  toTensors,
  type ParameterSet,
} from '#workers/networks/parameters.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import { applyMasks } from '#workers/pruning/apply-masks.ts';
import { makeMasks } from '#workers/pruning/make-masks.ts';

/** The long form takes REDOUBT_MEMORY_STEPS=5000 steps. */
const steps = Number(process.env['REDOUBT_MEMORY_STEPS'] ?? 2400);
const stepsPerStage = 100;

/** Those of a network being trained, for the few widths of its attacks; each stage's frozen ones must be gone. */
const mostPrograms = 20;

/** What the JavaScript heap and the allocators may keep in hand; 200 leaked programs would be more. */
const slackBytes = 80 * 2 ** 20;

const graph = buildNetwork({ kind: 'cnn-small' }, [12, 12, 3], 4);
const batch = {
  images: createRandom(3, 'images').fillUniform(new Float32Array(8 * 432), 0, 1),
  labels: Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3),
  exampleIds: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
};
const objective = objectiveSchema.parse({ kind: 'adversarial', epsilon: '8/255', steps: 2 });
const attack = attackSchema.parse({ kind: 'pgd', epsilon: '8/255', steps: 4 });

it('keeps memory and programs level over adversarial training, pruning and evaluation', async () => {
  const engine = await createEngine('onnx');
  const backend = findBackend('onnx') as object as Pick<OnnxBackend, 'programCount'>;
  let weights: ParameterSet = initializeParameters(graph, createRandom(4));

  const stages = async (count: number): Promise<number> => {
    for (let stage = 0; stage < count; stage += 1) {
      weights = await train(prune(weights, stage), stepsPerStage);
      await evaluate(weights);
      collectGarbage();
    }
    return process.memoryUsage.rss();
  };
  // Allocators take what they need over the first thousand steps, and keep it.
  const warm = Math.round(steps / 2 / stepsPerStage);
  const before = await stages(warm);
  const after = await stages(steps / stepsPerStage - warm);
  expect(memory().numTensors).toBe(0);
  expect(backend.programCount).toBeLessThan(mostPrograms);
  expect(after - before).toBeLessThan(slackBytes);
  const megabytes = [before, after].map((bytes) => Math.round(bytes / 2 ** 20));
  console.info(`Resident after ${warm * stepsPerStage} and ${steps} steps: ${megabytes.join(' and ')} MB.`);
  engine.dispose();
});

/** When the collector last ran is chance: what it would free is not held. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function prune(weights: ParameterSet, stage: number) {
  const pruning = pruningSchema.parse({ kind: 'magnitude', density: 0.9 - 0.2 * (stage % 4) });
  return { weights, masks: makeMasks(pruning, { graph, parameters: weights }, createRandom(1)).masks };
}

async function train({ weights, masks }: ReturnType<typeof prune>, count: number): Promise<ParameterSet> {
  const optimizer = createOptimizer(optimizerSchema.parse('sgd'));
  const parameters = toTensors(graph, applyMasks(weights, masks));
  const maskTensors = toMaskTensors(graph, masks);
  let state = { parameters, optimizer: optimizer.init(parameters) };
  for (let step = 0; step < count; step += 1) {
    const settings = { graph, objective, optimizer, batch, learningRate: 0.01 / (step + 1), seed: 1 };
    ({ state } = await trainStep({ ...settings, masks: maskTensors, state, epoch: step }));
  }
  const trained = await fromTensors(graph, state.parameters);
  disposeTrainingState(state);
  disposeTensors(maskTensors);
  return trained;
}

async function evaluate(weights: ParameterSet): Promise<void> {
  const engine = await createEngine('onnx');
  const parameters = toTensors(graph, weights);
  engine.freeze(parameters);
  for (let round = 0; round < 5; round += 1)
    await attackBatch({ attack, graph, parameters, ...batch, seed: round, until: 'broken' });
  disposeTensors(parameters);
}
