import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import { noClass } from '#contract/outcomes.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { openStageLab, tinyNetwork, type StageLab, type StageResult } from './stage-lab.ts';

const engines: readonly EngineKind[] = ['onnx', 'wasm'];
const examples = 150;

describe.each(engines)('the open world on %s', (engineKind) => {
  let engine: Engine;
  let lab: StageLab;
  beforeAll(async () => {
    engine = await createEngine(engineKind);
    lab = openStageLab(engine);
    await lab.run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 200, validation: 60, test: 160, seed: 4 },
    });
    await lab.run('model', {
      kind: 'pretrain',
      network: tinyNetwork,
      training: { objective: 'natural', epochs: 6, batch: 32, optimizer: { kind: 'adam' } },
      from: { data: 'data' },
      seed: 1,
    });
  });
  afterAll(() => {
    lab.dispose();
    expect(engine.memory().tensors).toBe(0);
    engine.dispose();
  });

  const measure = (name: string, openWorld: object, options = {}): Promise<StageResult> =>
    lab.run(
      name,
      {
        kind: 'evaluate',
        examples,
        evaluation: { kind: 'open-world', openWorld: { examples, ...openWorld } } as never,
        from: { data: 'data', model: 'model' },
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

function outcomesOf({ events }: StageResult): ExampleOutcomes {
  const event = events.find((each) => each.kind === 'example-outcomes');
  if (event === undefined) throw new Error(`No outcomes were told: ${JSON.stringify(events.at(-1))}`);
  return event.outcomes;
}

const valueOf = ({ series }: StageResult, name: string): number => series.get(name)?.at(-1)?.[1] ?? NaN;
