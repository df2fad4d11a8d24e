import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectiveSchema } from '#contract/objective.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import { absent, sharedPath } from '../../shared-data.ts';
import { cnnSmall as graph, firstImages, readNpy, readParameters, trainings } from './torch-cnn.ts';

const count = 64;
const halfRamped = { step: 25, stepsPerEpoch: 10, epochs: 5 };

describe.skipIf(!sharedPath('reference', 'torch-cnn')).each(trainings)(
  `certified losses of cnn-small with %s weights against PyTorch${absent('reference', 'torch-cnn')}`,
  (training) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await createEngine('onnx');
    });
    afterAll(() => {
      expect(memory().numTensors).toBe(0);
      engine.dispose();
    });

    async function measured(settings: object, position?: typeof halfRamped) {
      const data = firstImages(256);
      const batch = {
        images: data.images.slice(0, count * 3072),
        labels: data.labels.slice(0, count),
        exampleIds: Uint32Array.from({ length: count }, (_, i) => i),
      };
      const parameters = toTensors(graph, readParameters(`cnn-small-${training}.safetensors`));
      const context = { graph, parameters, batch, seed: 1, epoch: 0, ...(position && { position }) };
      const { loss, correct, gradients } = await lossAndGradients(objectiveSchema.parse(settings), context);
      disposeTensors(gradients);
      disposeTensors(parameters);
      return { loss, correct };
    }

    /** Mean cross-entropy, in float64, of logits as bad as stored margins at 1/255 or 2/255 allow. */
    function expected(level: 1 | 2, shares: Readonly<Record<string, number>>) {
      const margins = new Float64Array(count * 10);
      for (const [name, share] of Object.entries(shares)) {
        const stored = readNpy(`${training}-margins-${name}.npy`).subarray((level - 1) * 2560);
        for (let i = 0; i < margins.length; i += 1) margins[i]! += share * stored[i]!;
      }
      const rows = Array.from({ length: count }, (_, i) => [...margins.subarray(i * 10, (i + 1) * 10)]);
      const losses = rows.map((row) => Math.log(row.reduce((sum, margin) => sum + Math.exp(-margin), 0)));
      const proved = rows.filter((row) => row.filter((margin) => margin <= 0).length === 1);
      return { loss: losses.reduce((a, b) => a + b) / count, correct: proved.length };
    }

    it('interval bounds give the worst case of PyTorch’s, and prove as many', async () => {
      const objective = { kind: 'interval', epsilon: '2/255', naturalShare: 0 };
      const [actual, truth] = [await measured(objective), expected(2, { ibp: 1 })];
      expect(Math.abs(actual.loss / truth.loss - 1)).toBeLessThan(1e-4);
      expect(actual.correct).toBe(truth.correct);
    });

    it('half of a ramp later they are half CROWN’s, at half the radius', async () => {
      const objective = { kind: 'crown-interval', epsilon: '2/255', ramp: 1 };
      const [actual, truth] = [
        await measured(objective, halfRamped),
        expected(1, { crown_ibp: 0.5, ibp: 0.5 }),
      ];
      expect(Math.abs(actual.loss / truth.loss - 1)).toBeLessThan(1e-4);
      expect(actual.correct).toBe(truth.correct);
    });
  },
);
