import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectorName, fittedDetectorSchema, type FittedDetector } from '#contract/detector.ts';
import { buildNetwork } from '#contract/network-catalogue.ts';
import { noClass } from '#contract/outcomes.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { mainEngines } from '../with-engine.ts';
import { trainOnGlyphs } from './small-stages.ts';
import { outcomesOf, type StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const examples = 150;
const [mahalanobis, stepped, knn] = [
  { kind: 'mahalanobis' },
  { kind: 'mahalanobis', magnitude: 0.001 },
  { kind: 'knn', neighbours: 10 },
].map((detector) => fittedDetectorSchema.parse(detector)) as [FittedDetector, FittedDetector, FittedDetector];
const fits = Object.fromEntries(
  [mahalanobis, stepped, knn].map(detectorName).map((name) => [name, `fit ${name}`]),
);

describe.each(mainEngines)('the open world on %s', (kind) => {
  const lab = withStageLab(kind, async (opened) => {
    await trainOnGlyphs(opened, { train: 200, validation: 60, test: 160, epochs: 6 });
    for (const detector of [mahalanobis, stepped, knn])
      await opened.run(`fit ${detectorName(detector)}`, {
        kind: 'fit',
        detector,
        from: { data: 'data', model: 'model' },
        seed: 3,
      });
  });

  const measure = (name: string, openWorld: object, options = {}, from = {}): Promise<StageResult> =>
    lab.run(
      name,
      {
        kind: 'evaluate',
        examples,
        evaluation: { kind: 'open-world', openWorld: { examples, ...openWorld } } as never,
        from: { data: 'data', model: 'model', fits, ...from },
        seed: 3,
      },
      options,
    );
  const logitDetectors = ['msp', 'energy', 'max-logit'];
  const attacked = { source: 'uniform-noise', epsilon: '8/255', detectors: logitDetectors };

  it('finds for every input target, confidence, scores and what became of it', async () => {
    const result = await measure('noise', attacked);
    const { openWorld, ...outcomes } = outcomesOf(result);
    const before = outcomesOf(await measure('noise before', { ...attacked, epsilon: 0 }));
    expect(openWorld!.targets).toEqual(before.openWorld!.targets);
    expect(openWorld).toBeDefined();
    expect(Object.keys(openWorld!.scores)).toEqual(logitDetectors);
    expect(new Set(outcomes.labels)).toEqual(new Set([noClass]));
    const { targets, thresholds, scores, confidences } = openWorld!;
    for (const [row, target] of targets.entries()) {
      if (target === outcomes.cleanPredictions[row]) expect(outcomes.survived[row]).toBe(0);
      expect(outcomes.survived[row]).toBe(outcomes.attackedPredictions[row] === target ? 0 : 1);
      expect(scores['msp']![row]).toBeCloseTo(confidences[row]!, 5);
      expect(outcomes.distances[row]).toBeLessThanOrEqual(8 / 255 + 1e-6);
    }
    const reached = outcomes.survived.filter((survived) => survived === 0).length / examples;
    expect(reached).toBeGreaterThan(0);
    expect(valueOf(result, 'open.target')).toBeCloseTo(reached, 10);
    for (const name of logitDetectors) {
      const accepted = [...scores[name]!].map((score) => score >= thresholds[name]!);
      const joint = accepted.filter((yes, row) => yes && outcomes.survived[row] === 0).length;
      expect(valueOf(result, `open.accepted.${name}`)).toBeCloseTo(
        accepted.filter(Boolean).length / examples,
        10,
      );
      expect(valueOf(result, `open.joint.${name}`)).toBeCloseTo(joint / examples, 10);
    }
  });

  it('reaches blind targets one time in ten where nobody pushes, and changes nothing', async () => {
    const { openWorld, ...outcomes } = outcomesOf(
      await measure('unperturbed', { source: 'uniform-noise', epsilon: 0, detectors: logitDetectors }),
    );
    expect(outcomes.attackedPredictions).toEqual(outcomes.cleanPredictions);
    expect(new Set(outcomes.distances)).toEqual(new Set([0]));
    expect(new Set(openWorld!.targets).size).toBe(10);
    const reached = outcomes.survived.filter((survived) => survived === 0).length;
    expect(reached).toBeGreaterThan(4);
    expect(reached).toBeLessThan(30);
  });

  it('accepts clean images of the task as often as the threshold was frozen for', async () => {
    const result = await measure('twin', {
      source: 'in-distribution',
      epsilon: 0,
      detectors: logitDetectors,
    });
    for (const name of logitDetectors) {
      expect(valueOf(result, `open.accepted.${name}`)).toBeGreaterThan(0.8);
      expect(valueOf(result, `open.accepted.${name}`)).toBeLessThanOrEqual(1);
    }
    expect(outcomesOf(result).labels.some((label) => label === noClass)).toBe(false);
  });

  it('ends with the same bits after interruptions', async () => {
    const whole = await measure('whole', attacked);
    const resumed = await measure('resumed', attacked, {
      interruptions: [
        { kind: 'stop', after: 2 },
        { kind: 'stop', after: 14 },
      ],
    });
    expect(resumed.attemptCount).toBe(3);
    expect(outcomesOf(resumed)).toEqual(outcomesOf(whole));
    expect(resumed.series).toEqual(whole.series);
  });

  const everyDetector = [...logitDetectors, 'odin', stepped, knn, 'feature-squeezing'];
  it.each(['gaussian-noise', 'phase-scrambled'])('takes %s as a source', async (source) => {
    const { labels } = outcomesOf(await measure(source, { ...attacked, source, examples: 12 }));
    expect(labels).toEqual(new Uint16Array(12).fill(noClass));
  });

  it('shows its inputs to every detector', async () => {
    const result = await measure('all', {
      ...attacked,
      source: 'constant',
      detectors: everyDetector,
      examples: 12,
    });
    const { openWorld, labels } = outcomesOf(result);
    expect(labels).toHaveLength(12);
    expect(Object.keys(openWorld!.scores)).toHaveLength(7);
    for (const scores of Object.values(openWorld!.scores)) expect(scores.every(Number.isFinite)).toBe(true);
  });

  it('holds classes out of the task and takes them as a source', async () => {
    const heldOut = ['disc', 'spiral', 'star'];
    const dataset = { kind: 'glyphs', train: 120, validation: 60, test: 80, seed: 4, heldOut } as const;
    await lab.run('seven', { kind: 'import', dataset });
    await lab.run('seven model', {
      kind: 'pretrain',
      network: { ...buildNetwork({ kind: 'mlp', widths: [12] }, [32, 32, 3], 7) },
      training: { objective: 'natural', epochs: 1, batch: 32 },
      from: { data: 'seven' },
      seed: 1,
    });
    const split = await openDataset(lab.workspace, lab.file('seven', 'split.json'));
    expect(split.manifest.classes).toEqual([
      'ring',
      'square',
      'triangle',
      'cross',
      'crescent',
      'arrow',
      'heart',
    ]);
    const sets = await split.loadAll(['train', 'validation', 'test', 'heldOut']);
    for (const name of ['train', 'validation', 'test'] as const)
      for (const index of sets[name].indices) expect(sets[name].labels[index]).toBeLessThan(7);
    for (const index of sets.heldOut.indices) expect(sets.heldOut.labels[index]).toBe(noClass);
    expect(sets.heldOut.indices.length + sets.test.indices.length).toBe(80);
    const from = { data: 'seven', model: 'seven model' };
    const openWorld = { ...attacked, source: 'held-out-classes' };
    const { examples: seen, labels } = outcomesOf(await measure('unknown', openWorld, {}, from));
    expect([...seen].sort((a, b) => a - b)).toEqual([...sets.heldOut.indices]);
    expect(new Set(labels)).toEqual(new Set([noClass]));
  });

  it('takes the images of another dataset, but for the classes that the recipe excludes', async () => {
    await lab.run('others', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 10, validation: 0, test: 40, seed: 9 },
    });
    const source = { kind: 'dataset', name: 'others', exclude: ['disc', 'ring', 'square'] };
    const result = await measure('of others', { ...attacked, source }, {}, { source: 'others' });
    const set = await (await openDataset(lab.workspace, lab.file('others', 'split.json'))).load('test');
    const seen = [...outcomesOf(result).examples].sort((a, b) => a - b);
    expect(seen).toEqual([...set.indices].filter((index) => set.labels[index]! > 2));
  });

  it('adapts to one detector, ends with the same bits after a stop, and refuses one without a gradient', async () => {
    const adaptive = { ...attacked, detectors: ['mahalanobis'], adaptTo: 'detector', examples: 40 };
    const plain = await measure('not adapted', { ...adaptive, adaptTo: 'none' });
    const adapted = await measure('adapted', adaptive);
    const name = 'open.joint.mahalanobis';
    expect(valueOf(adapted, name)).toBeGreaterThanOrEqual(valueOf(plain, name));
    const resumed = await measure('adapted twice', adaptive, { interruptions: [{ kind: 'stop', after: 9 }] });
    expect(resumed.attemptCount).toBe(2);
    expect(outcomesOf(resumed)).toEqual(outcomesOf(adapted));
    const squeezed = measure('squeezed', { ...adaptive, detectors: ['feature-squeezing'] });
    await expect(squeezed).rejects.toThrow(/No gradient leads to the score of feature-squeezing/);
  });

  it('keeps a gallery of what it pushed, inside the ball', async () => {
    await measure('gallery', attacked);
    const { arrays } = parseSafetensors(readFileSync(lab.file('gallery', 'examples.safetensors')));
    const adversarial = arrays.get('adversarial')!.values as Float32Array;
    const clean = arrays.get('clean')!.values as Uint8Array;
    expect(arrays.get('examples')!.values.length).toBe(64);
    const furthest = adversarial.reduce((most, v, i) => Math.max(most, Math.abs(v - clean[i]! / 255)), 0);
    expect(furthest).toBeLessThanOrEqual(8 / 255 + 1e-6);
  });
});

const valueOf = ({ series }: StageResult, name: string): number => series.get(name)?.at(-1)?.[1] ?? NaN;
