import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { loadModel, saveModel } from '#workers/procedures/model-file.ts';
import { mainEngines } from '../with-engine.ts';
import { trainAndPrune } from './small-stages.ts';
import { outcomesOf } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

describe.each(mainEngines)('an evaluation on %s', (kind) => {
  const lab = withStageLab(kind, trainAndPrune);

  const readArrays = (name: string, file = 'model.safetensors') =>
    parseSafetensors(readFileSync(lab.file(name, file))).arrays;
  const recipe = {
    kind: 'evaluate',
    examples: 200,
    evaluation: { kind: 'attack', attack: { kind: 'pgd', epsilon: '2/255', steps: 5 } },
    from: { data: 'data', model: 'dense' },
    seed: 3,
  } as const;

  it('reports the means of what it found for each example', async () => {
    const { events, series } = await lab.run('attacked', recipe);
    const { labels, cleanPredictions, attackedPredictions, survived } = outcomesOf({ events });
    const share = (holds: (index: number) => boolean): number =>
      [...labels.keys()].filter(holds).length / labels.length;
    const clean = share((index) => labels[index] === cleanPredictions[index]);
    const attacked = share((index) => survived[index] === 1);
    expect(series.get('clean')).toEqual([[0, clean]]);
    expect(series.get('attacked.pgd-5 linf 2/255')).toEqual([[0, attacked]]);
    expect(attacked).toBeLessThan(clean);
    expect(attacked).toBeGreaterThan(0);
    for (const index of labels.keys())
      if (survived[index] === 1)
        expect([cleanPredictions[index], attackedPredictions[index]]).toEqual([labels[index], labels[index]]);
  });

  it('fails where class scores are no numbers, instead of calling that a class', async () => {
    const { graph, parameters, masks } = await loadModel(lab.file('dense', 'model.safetensors'));
    const overflowing = [...parameters].map(
      ([name, { shape, values }]) =>
        [name, { shape, values: values.map(Math.sign).fill(3e38, 0, 9) }] as const,
    );
    mkdirSync(lab.file('overflowing', ''), { recursive: true });
    const file = lab.file('overflowing', 'model.safetensors');
    await saveModel(file, { graph, parameters: new Map(overflowing), masks });
    const from = { data: 'data', model: 'overflowing' };
    const { end, series } = await lab.run('lost', { ...recipe, from });
    expect(end).toMatchObject({ kind: 'failed', failure: { kind: 'diverged' } });
    expect(series.size).toBe(0);
  });

  it('says how far it is within a batch, never less than before', async () => {
    let time = 0;
    const { events } = await lab.run('watched', recipe, { now: () => (time += 1000) });
    const progress = events.filter((event) => event.kind === 'progress');
    const done = progress.map((event) => event.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.filter((count) => count > 0 && count < 128).length).toBeGreaterThan(2);
    expect(done.at(-1)).toBe(200);
    expect(progress.every(({ total }) => total === 200)).toBe(true);
  });

  it('hears a stop between two steps of an attack and keeps the batches before', async () => {
    const { events } = await lab.run('stopped early', recipe, {
      interruptions: [
        { kind: 'stop', after: 2 },
        { kind: 'stop', after: 10 },
      ],
    });
    const saved = events.flatMap((event) => (event.kind === 'checkpoint' ? [event.checkpoint.step] : []));
    expect(saved).toEqual([0, 128]);
  });

  it('keeps attacked images that lie in the ball around their originals', async () => {
    await lab.run('gallery', recipe);
    const arrays = readArrays('gallery', 'examples.safetensors');
    const [clean, adversarial] = [arrays.get('clean')!, arrays.get('adversarial')!];
    expect(clean.shape).toEqual([64, 32, 32, 3]);
    const dataset = await openDataset(lab.workspace, lab.file('data', 'split.json'));
    const { images } = await dataset.load('test');
    const ids = arrays.get('examples')!.values;
    const original = [...ids].flatMap((id) => [...images.subarray(id * 3072, (id + 1) * 3072)]);
    expect([...clean.values]).toEqual(original);
    const distance = Float32Array.from(adversarial.values).reduce(
      (most, value, index) => Math.max(most, Math.abs(value - clean.values[index]! / 255)),
      0,
    );
    expect(distance).toBeLessThanOrEqual(2 / 255 + 1e-6);
    expect(distance).toBeGreaterThan(1 / 255);
  });

  it('without an attack finds clean predictions only', async () => {
    const { series, events } = await lab.run('clean', { ...recipe, evaluation: { kind: 'clean' } });
    expect([...series.keys()]).toEqual(['clean', 'loss.clean']);
    const outcomes = outcomesOf({ events });
    expect(outcomes.attackedPredictions).toEqual(outcomes.cleanPredictions);
    expect(existsSync(lab.file('clean', 'examples.safetensors'))).toBe(false);
  });

  it('says how many test images there are when more are asked for', async () => {
    await expect(lab.run('too many', { ...recipe, examples: 201 })).rejects.toThrow(/201 .* has 200/);
  });

  it('leaves no tensor behind, whatever interrupted it', async () => {
    const before = memory().numTensors;
    let time = 0;
    await lab.run('leak', recipe, {
      now: () => (time += 1000),
      interruptions: [
        { kind: 'stop', after: 2 },
        { kind: 'crash', after: 1 },
      ],
    });
    expect(memory().numTensors).toBe(before);
  });
});
