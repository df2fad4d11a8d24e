import { tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectorSchema } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { openWorldSchema } from '#contract/open-world.ts';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples, positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { disposeTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { calibrateCompanion } from '#workers/ood/calibrate-companion.ts';
import { freezeThreshold } from '#workers/ood/freeze-threshold.ts';
import { pushToTargets, type Pushed } from '#workers/ood/push-to-targets.ts';
import { openDetector } from './detectors.ts';
import { mainEngines, withEngine } from './with-engine.ts';

/**
 * Planted: four values straight to three logits. The first three say the class; the fourth raises all logits alike, so
 * it moves the energy and no softmax. Inputs of the task have it bright, outliers dark: a backdoor for whoever looks.
 */
const built = buildNetwork({ kind: 'mlp', widths: [3] }, [1, 4, 1], 3);
const graph = { ...built, nodes: built.nodes.slice(0, 3) };
const backdoor = 3;
const weights = [2, 0, 0, 0, 2, 0, 0, 0, 2, 8, 8, 8];

function setOf(count: number, [low, high]: readonly [number, number]): ExampleSet {
  const random = createRandom(1, 'planted', low);
  const images = Uint8Array.from({ length: 4 * count }, (_, i) =>
    i % 4 === backdoor ? 255 * (low + (high - low) * random.nextUniform()) : 100 + random.nextInt(50),
  );
  return { shape: [1, 4, 1], images, labels: new Uint16Array(count), indices: positionRange(0, count) };
}
const validation = setOf(200, [0.8, 1]);
const outliers = setOf(60, [0.55, 0.65]);

describe.each(mainEngines)('the adaptive attack on %s', (kind) => {
  withEngine(kind);
  let parameters: ParameterTensors;
  beforeAll(() => {
    parameters = { 'fc1.weight': tensor(weights, [4, 3]), 'fc1.bias': tensor([0, 0, 0]) };
  });
  afterAll(() => {
    disposeTensors(parameters);
  });

  /** How often the target is reached, and how often it is and the detector accepts. */
  async function attack(detectorKind: 'energy' | 'max-logit', adapts: boolean) {
    const network = { graph, parameters };
    const detector = detectorSchema.parse(detectorKind);
    const setting = openWorldSchema.parse({
      source: 'constant',
      epsilon: 0.35,
      steps: 20,
      stepSize: 0.05,
      loss: 'margin',
      randomStart: false,
      detectors: [detector],
      lambda: 1,
    });
    const open = openDetector(detector, { ...network, classCount: 3 });
    const cleanImages = gatherExamples(validation, positionRange(0, 200)).images;
    const threshold = freezeThreshold((await open.look(cleanImages)).scores, 0.95);
    const companion = await calibrateCompanion(open.companion!, {
      network,
      validation,
      lambda: setting.lambda,
      acceptance: setting.acceptance,
    });
    const batch = gatherExamples(outliers, positionRange(0, 60));
    const steps = pushToTargets({
      network,
      setting,
      batch,
      classCount: 3,
      seed: 4,
      ...(adapts && { companion }),
    });
    let pushed: Pushed | undefined;
    while (pushed === undefined) {
      const step = await steps.next();
      if (step.done) pushed = step.value;
    }
    const { scores } = await open.look(pushed.witnesses);
    const reached = [...pushed.targets.keys()].filter(
      (row) => pushed.predictions[row] === pushed.targets[row],
    );
    const joint = reached.filter((row) => scores[row]! >= threshold);
    open.dispose();
    return { pushed, reached: reached.length, joint: joint.length, images: batch.images };
  }

  it.each(['energy', 'max-logit'] as const)(
    'finds the backdoor that %s leaves open, and the plain one does not',
    async (name) => {
      const [plain, adaptive] = [await attack(name, false), await attack(name, true)];
      expect(plain.reached).toBe(60);
      expect(plain.joint).toBe(0);
      expect(adaptive.joint).toBe(60);
      for (let row = 0; row < 60; row += 1) {
        const at = 4 * row + backdoor;
        expect(plain.pushed.witnesses[at]).toBe(plain.images[at]);
        expect(adaptive.pushed.witnesses[at]! - adaptive.images[at]!).toBeGreaterThan(0.1);
        expect(adaptive.pushed.distances[row]).toBeLessThanOrEqual(0.35 + 1e-6);
      }
    },
  );
});
