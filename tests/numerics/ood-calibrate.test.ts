import { tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectorSchema } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { disposeTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { calibrateCompanion } from '#workers/ood/calibrate-companion.ts';
import { freezeThreshold } from '#workers/ood/freeze-threshold.ts';
import { openDetector } from './detectors.ts';
import { mainEngines, withEngine } from './with-engine.ts';

/** Four values straight to three logits. */
const built = buildNetwork({ kind: 'mlp', widths: [3] }, [1, 4, 1], 3);
const graph = { ...built, nodes: built.nodes.slice(0, 3) };
const weights = [2, 0, 0, 0, 2, 0, 0, 0, 2, 8, 8, 8];
const count = 150;
const random = createRandom(6, 'calibration');
const validation: ExampleSet = {
  shape: [1, 4, 1],
  images: Uint8Array.from({ length: 4 * count }, () => random.nextInt(256)),
  labels: new Uint16Array(count),
  indices: positionRange(0, count),
};

describe.each(mainEngines)('a companion on %s', (kind) => {
  withEngine(kind);
  let parameters: ParameterTensors;
  beforeAll(() => {
    parameters = { 'fc1.weight': tensor(weights, [4, 3]), 'fc1.bias': tensor([0, 0, 0]) };
  });
  afterAll(() => {
    disposeTensors(parameters);
  });

  async function calibrated(settings: object, lambda: number) {
    const detector = detectorSchema.parse(settings);
    const open = openDetector(detector, { graph, parameters, classCount: 3 });
    const { images } = gatherExamples(validation, positionRange(0, count));
    const { scores } = await open.look(images);
    const network = { graph, parameters };
    const companion = await calibrateCompanion(open.companion!, {
      network,
      validation,
      lambda,
      acceptance: 0.9,
    });
    open.dispose();
    return { companion, scores };
  }

  it.each([1, 4])('weighs a score in units of its standard deviation, times lambda %d', async (lambda) => {
    const { companion, scores } = await calibrated({ kind: 'energy' }, lambda);
    const mean = scores.reduce((a, b) => a + b) / count;
    const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / count);
    expect(deviation).toBeGreaterThan(1.5);
    expect(companion.weight * deviation).toBeCloseTo(lambda, 4);
    // above the threshold by as much as rounding could take back, and no more
    expect(companion.enough! - freezeThreshold(scores, 0.9)).toBeCloseTo(1e-3 * deviation, 4);
  });

  it('is walked with to the end where it only stands for the score', async () => {
    expect((await calibrated({ kind: 'odin' }, 1)).companion.enough).toBeUndefined();
    expect((await calibrated({ kind: 'odin', magnitude: 0 }, 1)).companion.enough).toBeDefined();
  });
});
