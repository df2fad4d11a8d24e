import { dispose, memory, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { optimizerSchema } from '#contract/objective.ts';
import { createRandom } from '#workers/array/random.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import { forward } from '#workers/networks/forward.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { disposeTensors, fromTensors, toTensors } from '#workers/networks/parameters.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import { disposeTrainingState, trainStep } from '#workers/objectives/train-step.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';

const graph = buildNetwork({ kind: 'cnn-small' }, [12, 12, 3], 4);
const batch = {
  images: createRandom(3, 'images').fillUniform(new Float32Array(8 * 432), 0, 1),
  labels: Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3),
  exampleIds: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
};

/** What the JavaScript heap and the allocators may keep in hand; 200 leaked programs would be more. */
const slackBytes = 80 * 2 ** 20;

it('resident memory stays level over 2,000 training steps with frozen evaluations between', async () => {
  const engine = await createEngine('onnx');
  const optimizer = createOptimizer(optimizerSchema.parse('sgd'));
  const parameters = toTensors(graph, initializeParameters(graph, createRandom(4)));
  let state = { parameters, optimizer: optimizer.init(parameters) };

  const train = async (steps: number): Promise<number> => {
    for (let step = 0; step < steps; step += 1) {
      const objective = { kind: 'natural' } as const;
      const settings = { graph, objective, optimizer, batch, learningRate: 0.01, seed: 1, epoch: 0 };
      ({ state } = await trainStep({ ...settings, state }));
      if (step % 10 === 0) await evaluateFrozen();
    }
    return process.memoryUsage.rss();
  };
  const evaluateFrozen = async (): Promise<void> => {
    const frozen = toTensors(graph, await fromTensors(graph, state.parameters));
    engine.freeze(frozen);
    const images = imageTensor(graph, batch.images);
    const logits = tidy(() => forward(graph, frozen, images));
    await logits.data();
    dispose([images, logits]);
    disposeTensors(frozen);
  };

  const tensors = await train(1500).then(() => memory().numTensors);
  const warm = process.memoryUsage.rss();
  const after = await train(2000);
  expect(memory().numTensors).toBe(tensors);
  expect(after - warm).toBeLessThan(slackBytes);
  disposeTrainingState(state);
  engine.dispose();
});
