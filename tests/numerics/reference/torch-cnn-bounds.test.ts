import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine } from '#workers/engine/engine.ts';
import { disposeTensors, toTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { boundMargins, type BoundMethod } from '#workers/verification/bound-margins.ts';
import { absent, sharedPath } from '../../shared-data.ts';
import {
  cnnSmall as graph,
  firstImages,
  greatestDifference,
  readJson,
  readNpy,
  readParameters,
  trainings,
  type Images,
} from './torch-cnn.ts';

const methods = {
  ibp: { kind: 'interval', form: 'merged' },
  ibp_plain: { kind: 'interval', form: 'plain' },
  crown_ibp: { kind: 'crown', intermediate: 'interval', lowerSlope: 'adaptive' },
  crown: { kind: 'crown', intermediate: 'full', lowerSlope: 'adaptive' },
} as const satisfies Record<string, BoundMethod>;
const tolerance = { natural: 1e-3, adversarial: 1e-4 } as const;

/** Both radii for every method; bounding every layer by CROWN takes longest and gets a part of the images once. */
const cases = (Object.keys(methods) as (keyof typeof methods)[]).flatMap((name) =>
  [0, 1].map((level) => ({
    name,
    level,
    epsilon: `${level + 1}/255`,
    count: name === 'crown' && level === 0 ? 32 : 256,
  })),
);

/**
 * Images whose margins lie beside the stored ones: where u and -l are equal to within rounding, float32 may choose the
 * other lower slope than float64, which is as sound.
 */
const slopeTies = (training: string, name: string, level: number): number =>
  training === 'natural' && name === 'crown_ibp' && level === 0 ? 1 : 0;

function expectedOutcome(training: string, name: string, level: number): string {
  const { certified_bounds_float64: stored } = readJson(`${training}-expected.json`) as {
    certified_bounds_float64: Record<string, Record<string, { outcome: string }>>;
  };
  return stored[`eps_${level + 1}_255`]![name]!.outcome;
}

describe.skipIf(!sharedPath('reference', 'torch-cnn')).each(trainings)(
  `margins of cnn-small with %s weights against PyTorch${absent('reference', 'torch-cnn')}`,
  (training) => {
    let engine: Engine;
    let data: Images;
    let parameters: ParameterTensors;
    beforeAll(async () => {
      engine = await createEngine('onnx');
      data = firstImages(256);
      parameters = toTensors(graph, readParameters(`cnn-small-${training}.safetensors`));
      engine.freeze(parameters);
    });
    afterAll(() => {
      disposeTensors(parameters);
      expect(memory().numTensors).toBe(0);
      engine.dispose();
    });

    it.each(cases)(
      'by $name at $epsilon agree for the first $count images',
      async ({ name, level, count }) => {
        const first = { images: data.images.slice(0, count * 3072), labels: data.labels.slice(0, count) };
        const stored = readNpy(`${training}-margins-${name}.npy`)
          .subarray(level * 2560)
          .subarray(0, count * 10);
        const method = methods[name];
        const epsilon = (level + 1) / 255;
        const margins = await boundMargins({ graph, parameters, ...first, epsilon, method });
        const gaps = first.labels.map((_, i) => {
          const row = [i * 10, (i + 1) * 10] as const;
          return Number(
            greatestDifference(margins.subarray(...row), stored.subarray(...row)) >= tolerance[training],
          );
        });
        expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeLessThanOrEqual(slopeTies(training, name, level));
        expect(greatestDifference(margins, stored)).toBeLessThan(1e-2);
        expect(outcomes(margins, first.labels)).toBe(outcomes(stored, first.labels));
        expect(outcomes(margins, first.labels)).toBe(expectedOutcome(training, name, level).slice(0, count));
      },
    );
  },
);

const outcomes = (margins: Float32Array, labels: Int32Array): string =>
  Array.from(labels, (label, i) =>
    Number(margins.subarray(i * 10, (i + 1) * 10).every((margin, other) => other === label || margin > 0)),
  ).join('');
