import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectorName, fittedDetectorSchema, type FittedDetector } from '#contract/detector.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { loadModel } from '#workers/procedures/model-file.ts';
import { validationParts } from '#workers/procedures/validation-parts.ts';
import { fitDetector } from '../detectors.ts';
import { mainEngines } from '../with-engine.ts';
import { trainOnGlyphs } from './small-stages.ts';
import { artifactOf, outcomesOf, type StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const detectors = [
  { kind: 'mahalanobis', magnitude: 0.001 },
  { kind: 'knn', neighbours: 10 },
  { kind: 'magnet', epochs: 1 },
  { kind: 'adversary-network', epochs: 1 },
].map((each) => fittedDetectorSchema.parse(each));
const from = { data: 'data', model: 'model' };

describe.each(mainEngines)('fitting detectors on %s', (kind) => {
  const lab = withStageLab(kind, (opened) =>
    trainOnGlyphs(opened, { train: 160, validation: 60, test: 60, epochs: 2 }),
  );
  const fit = (name: string, detector: FittedDetector, options = {}): Promise<StageResult> =>
    lab.run(name, { kind: 'fit', detector, from, seed: 3 }, options);
  const measure = (name: string, detector: FittedDetector, fits: Readonly<Record<string, string>>) => {
    const openWorld = { source: 'constant', epsilon: '8/255', steps: 2, detectors: [detector], examples: 20 };
    const evaluation = { kind: 'open-world', openWorld } as never;
    return lab.run(name, { kind: 'evaluate', examples: 20, evaluation, from: { ...from, fits }, seed: 3 });
  };

  describe.each(detectors)('$kind', (detector) => {
    it('leaves, bit for bit, what the fit ends with', async () => {
      const result = await fit(`fit ${detector.kind}`, detector);
      expect(artifactOf(result).file).toMatch(/detector\.safetensors$/);
      const stored = parseSafetensors(readFileSync(lab.file(`fit ${detector.kind}`, 'detector.safetensors')));
      expect(stored.metadata).toEqual({ detector: detectorName(detector) });
      expect(new Map(stored.arrays)).toEqual(new Map(await fittedInPlace(detector)));
    });

    it('says how far it is, and never falls back', async () => {
      let time = 0;
      const { events } = await fit(`watched ${detector.kind}`, detector, { now: () => (time += 1000) });
      const told = events.filter((event) => event.kind === 'progress');
      expect(told.length).toBeGreaterThan(1);
      expect(told.every(({ done, total }) => done <= total && total === told[0]!.total)).toBe(true);
      expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
      expect(told.at(-1)!.done).toBe(told[0]!.total);
    });

    it('hears a stop, begins anew, and ends with the same bits', async () => {
      await fit(`whole ${detector.kind}`, detector);
      const result = await fit(`stopped ${detector.kind}`, detector, {
        interruptions: [{ kind: 'stop', after: 1 }],
      });
      expect(result.attemptCount).toBe(2);
      expect(result.events.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
      const written = (name: string) => readFileSync(lab.file(name, 'detector.safetensors'));
      expect(written(`stopped ${detector.kind}`)).toEqual(written(`whole ${detector.kind}`));
    });

    it('is what measurements ask, which do not fit', async () => {
      const name = detectorName(detector);
      await fit(`asked ${detector.kind}`, detector);
      const fits = { [name]: `asked ${detector.kind}` };
      const { openWorld } = outcomesOf(await measure(`measured ${detector.kind}`, detector, fits));
      expect(openWorld!.scores[name]!.every(Number.isFinite)).toBe(true);
      await expect(measure(`unplanned ${detector.kind}`, detector, {})).rejects.toThrow(/names no fit of it/);
    });
  });

  /** As it is done without a stage. */
  async function fittedInPlace(detector: FittedDetector) {
    const { graph, parameters } = await loadModel(lab.file('model', 'model.safetensors'));
    const dataset = await openDataset(lab.workspace, lab.file('data', 'split.json'));
    const { train, validation } = await dataset.loadAll(['train', 'validation']);
    const tensors = toTensors(graph, parameters);
    try {
      lab.engine.freeze(tensors);
      const { tuning } = validationParts(validation, detector);
      const network = { graph, parameters: tensors };
      return await fitDetector(detector, { network, classCount: 10, train, tuning, seed: 3 });
    } finally {
      disposeTensors(tensors);
    }
  }
});
