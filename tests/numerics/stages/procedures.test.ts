import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitManifestSchema, type DatasetManifest } from '#contract/dataset.ts';
import { networkParameters } from '#contract/network-parameters.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { toUint32 } from '#workers/data/little-endian.ts';
import { gatherExamples, positionRange } from '#workers/data/example-set.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { loadModel, saveModel } from '#workers/procedures/model-file.ts';
import { everyKindNetwork } from '../every-kind.ts';
import { artifactOf, openStageLab, tinyNetwork, type StageLab } from './stage-lab.ts';

const engines: readonly EngineKind[] = ['onnx', 'wasm'];

describe.each(engines)('procedures on %s', (engineKind) => {
  let engine: Engine;
  let lab: StageLab;

  beforeAll(async () => {
    engine = await createEngine(engineKind);
    lab = openStageLab(engine);
    await lab.run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 120, validation: 30, test: 200, seed: 4 },
    });
    await lab.run('dense', {
      kind: 'pretrain',
      network: tinyNetwork,
      training: { objective: 'natural', epochs: 6, batch: 32, optimizer: { kind: 'adam' } },
      from: { data: 'data' },
      seed: 1,
    });
    await lab.run('pruned', {
      kind: 'prune',
      pruning: { kind: 'magnitude', density: 0.1, scope: 'network' },
      from: { data: 'data', model: 'dense' },
      seed: 1,
    });
  });
  afterAll(() => {
    lab.dispose();
    engine.dispose();
  });

  const readArrays = (name: string, file = 'model.safetensors') =>
    parseSafetensors(readFileSync(lab.file(name, file))).arrays;
  const isNegativeZero = (value: number): boolean => Object.is(value, -0);

  describe('fine-tuning', () => {
    it.each([
      ['SGD with momentum and coupled decay', { kind: 'sgd', learningRate: 0.05, weightDecay: 0.01 }],
      [
        'SGD with Nesterov and decoupled decay',
        { kind: 'sgd', nesterov: true, weightDecay: 0.01, decay: 'decoupled' },
      ],
      ['Adam with decay', { kind: 'adam', weightDecay: 0.01 }],
    ] as const)(
      'keeps pruned weights at exactly zero and moves the others, with %s',
      async (name, optimizer) => {
        await lab.run(name, {
          kind: 'finetune',
          training: { objective: 'natural', epochs: 3, batch: 32, optimizer },
          from: { data: 'data', model: 'pruned' },
          seed: 1,
        });
        const before = readArrays('pruned');
        const after = readArrays(name);
        for (const layer of ['fc1.weight', 'fc2.weight']) {
          const mask = after.get(`${layer}_mask`)!.values;
          expect(mask).toEqual(before.get(`${layer}_mask`)!.values);
          const pruned = after.get(layer)!.values.filter((_, index) => mask[index] === 0);
          expect(pruned.length).toBeGreaterThan(0);
          expect(pruned.every((value) => value === 0 && !isNegativeZero(value))).toBe(true);
          const moved = after
            .get(layer)!
            .values.filter((value, index) => value !== before.get(layer)!.values[index]);
          expect(moved.length).toBeGreaterThan(0.9 * (mask.length - pruned.length));
        }
      },
    );
  });

  describe('a model file', () => {
    it('holds the weights under PyTorch’s names, float arrays first', () => {
      expect([...readArrays('dense').keys()]).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
      expect([...readArrays('pruned').keys()]).toEqual([
        'fc1.weight',
        'fc1.bias',
        'fc2.weight',
        'fc2.bias',
        'fc1.weight_mask',
        'fc2.weight_mask',
      ]);
      expect(readArrays('dense').get('fc1.weight')!.shape).toEqual([12, 3072]);
    });
  });

  describe('pruning', () => {
    it('reports density, bytes and multiply-accumulates of what it made', async () => {
      const { series } = await lab.run('pruned again', {
        kind: 'prune',
        pruning: { kind: 'magnitude', density: 0.1, scope: 'network' },
        from: { data: 'data', model: 'dense' },
        seed: 1,
      });
      const total = 12 * 3072 + 120;
      const kept = Math.round(0.1 * total);
      const values = Object.fromEntries([...series].map(([name, points]) => [name, points[0]![1]]));
      expect(values).toMatchObject({
        density: kept / total,
        'weights.kept': kept,
        'weights.total': total,
        'bytes.dense': 4 * (total + 22),
        'macs.dense': total,
        'macs.nonzero': kept,
      });
    });
  });

  describe('training', () => {
    it('says where and at which learning rate it diverged, and what to do', async () => {
      const { end } = await lab.run('diverging', {
        kind: 'pretrain',
        network: tinyNetwork,
        training: {
          objective: 'natural',
          epochs: 9,
          batch: 32,
          optimizer: { kind: 'sgd', learningRate: 1e18 },
          schedule: 'constant',
        },
        from: { data: 'data' },
        seed: 1,
      });
      expect(end).toMatchObject({ kind: 'failed', failure: { kind: 'diverged' } });
      const { message, remedy } = (end as Extract<WorkerEvent, { kind: 'failed' }>).failure;
      expect(message).toMatch(/step \d+ of 36 .*learning rate 1000000000000000000/);
      expect(remedy).toContain('learning rate');
      expect(existsSync(lab.file('diverging', 'model.safetensors'))).toBe(false);
    });

    it('keeps the last two checkpoints and leaves nothing half written', async () => {
      let time = 0;
      const { events } = await lab.run(
        'hurried',
        {
          kind: 'pretrain',
          network: tinyNetwork,
          training: { objective: 'natural', epochs: 1, batch: 20 },
          from: { data: 'data' },
          seed: 1,
        },
        { now: () => (time += 60_000) },
      );
      expect(events.filter(({ kind }) => kind === 'checkpoint')).toHaveLength(6);
      expect(readdirSync(lab.file('hurried', '')).sort()).toEqual([
        'checkpoint-5.safetensors',
        'checkpoint-6.safetensors',
        'model.safetensors',
      ]);
    });

    it('starts anew, and says so, when the recorded checkpoint is not as it was', async () => {
      const recipe = {
        kind: 'pretrain',
        network: tinyNetwork,
        training: { objective: 'natural', epochs: 1, batch: 32 },
        from: { data: 'data' },
        seed: 1,
      } as const;
      const whole = await lab.run('sound', recipe);
      const path = 'stages/spoiled/checkpoint-2.safetensors';
      mkdirSync(lab.file('spoiled', ''), { recursive: true });
      writeFileSync(join(lab.workspace, path), 'cut short');
      const spoiled = await lab.run('spoiled', recipe, { resume: { path, sha256: '0'.repeat(64), step: 2 } });
      expect(spoiled.events[0]).toEqual({ kind: 'started' });
      expect(spoiled.events[1]).toMatchObject({ kind: 'log', level: 'warning' });
      expect(artifactOf(spoiled).sha256).toBe(artifactOf(whole).sha256);
    });

    it('refuses data that the network was not built for', async () => {
      const narrow = { ...tinyNetwork, classCount: 7 };
      const recipe = {
        kind: 'pretrain',
        network: narrow,
        training: { objective: 'natural', epochs: 1 },
        from: { data: 'data' },
        seed: 1,
      } as const;
      await expect(lab.run('misfit', recipe)).rejects.toThrow(/7 classes.*10 classes/);
    });
  });

  describe('a network with batch-norm', () => {
    const statistics = ['bn1', 'bn2'].flatMap((id) => [`${id}.running_mean`, `${id}.running_var`]);
    const network = everyKindNetwork([32, 32, 3], 10);
    const training = { objective: 'natural', epochs: 4, batch: 32, optimizer: { kind: 'adam' } } as const;
    beforeAll(async () => {
      await lab.run('normalized', { kind: 'pretrain', network, training, from: { data: 'data' }, seed: 1 });
      await lab.run('normalized pruned', {
        kind: 'prune',
        pruning: { kind: 'magnitude', density: 0.3, scope: 'network' },
        from: { data: 'data', model: 'normalized' },
        seed: 1,
      });
      await lab.run('normalized finetuned', {
        kind: 'finetune',
        training: { ...training, epochs: 1 },
        from: { data: 'data', model: 'normalized pruned' },
        seed: 1,
      });
    });

    it('keeps its running statistics in the model file, under the names that PyTorch reads', () => {
      const arrays = readArrays('normalized');
      const parameters = networkParameters(network);
      expect([...arrays.keys()]).toEqual(parameters.map(({ name }) => name));
      for (const { name, shape } of parameters) expect(arrays.get(name)!.shape).toEqual(shape);
      for (const name of statistics) {
        const { values } = arrays.get(name)!;
        expect(values.some((value) => value !== 0 && value !== 1)).toBe(true);
        if (name.endsWith('var')) expect(Math.min(...values)).toBeGreaterThan(0);
      }
    });

    it('keeps them through pruning, which masks weights of conv and dense layers alone', () => {
      const [before, after] = [readArrays('normalized'), readArrays('normalized pruned')];
      for (const name of [...statistics, 'bn1.weight', 'bn2.bias', 'conv2.bias'])
        expect(after.get(name)!.values).toEqual(before.get(name)!.values);
      const masks = [...after.keys()].filter((name) => name.endsWith('_mask'));
      expect(masks).toEqual(['conv1', 'conv2', 'fc1', 'fc2'].map((layer) => `${layer}.weight_mask`));
    });

    it('moves them on in fine-tuning, while pruned weights stay zero', () => {
      const [before, after] = [readArrays('normalized pruned'), readArrays('normalized finetuned')];
      for (const name of statistics) expect(after.get(name)!.values).not.toEqual(before.get(name)!.values);
      const mask = after.get('conv2.weight_mask')!.values;
      const pruned = after.get('conv2.weight')!.values.filter((_, index) => mask[index] === 0);
      expect(pruned.length).toBeGreaterThan(0);
      expect(pruned.every((value) => value === 0)).toBe(true);
    });

    it('is judged by them, not by the batch that an image comes in', async () => {
      const model = await loadModel(lab.file('normalized', 'model.safetensors'));
      const dataset = await openDataset(lab.workspace, lab.file('data', 'split.json'));
      const test = await dataset.load('test');
      const parameters = toTensors(model.graph, model.parameters);
      const correct = [];
      for (let row = 0; row < 60; row += 1) {
        const { images, labels } = gatherExamples(test, positionRange(row, row + 1));
        const { classes } = await predict({ graph: model.graph, parameters, images, labels });
        correct.push(classes[0] === labels[0] ? 1 : 0);
      }
      disposeTensors(parameters);
      const { events } = await lab.run('normalized evaluated', {
        kind: 'evaluate',
        examples: 60,
        evaluation: { kind: 'clean' },
        from: { data: 'data', model: 'normalized' },
        seed: 3,
      });
      const event = events.find(({ kind }) => kind === 'example-outcomes');
      const { outcomes } = event as Extract<WorkerEvent, { kind: 'example-outcomes' }>;
      expect([...outcomes.survived]).toEqual(correct);
    });
  });

  describe('an evaluation', () => {
    const recipe = {
      kind: 'evaluate',
      examples: 200,
      evaluation: { kind: 'attack', attack: { kind: 'pgd', epsilon: '2/255', steps: 5 } },
      from: { data: 'data', model: 'dense' },
      seed: 3,
    } as const;

    it('reports the means of what it found for each example', async () => {
      const { events, series } = await lab.run('attacked', recipe);
      const event = events.find(({ kind }) => kind === 'example-outcomes');
      const { outcomes } = event as Extract<WorkerEvent, { kind: 'example-outcomes' }>;
      const { labels, cleanPredictions, attackedPredictions, survived } = outcomes;
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
          expect([cleanPredictions[index], attackedPredictions[index]]).toEqual([
            labels[index],
            labels[index],
          ]);
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
      const event = events.find(({ kind }) => kind === 'example-outcomes');
      const { outcomes } = event as Extract<WorkerEvent, { kind: 'example-outcomes' }>;
      expect(outcomes.attackedPredictions).toEqual(outcomes.cleanPredictions);
      expect(existsSync(lab.file('clean', 'examples.safetensors'))).toBe(false);
    });

    it('says how many test images there are when more are asked for', async () => {
      await expect(lab.run('too many', { ...recipe, examples: 201 })).rejects.toThrow(/201 .* has 200/);
    });
  });

  describe('importing from the library', () => {
    /** Puts a copy of the generated dataset into the library of the lab's workspace. */
    function stock(name: string): DatasetManifest {
      const folder = join(lab.workspace, 'library', name);
      mkdirSync(folder, { recursive: true });
      for (const file of readdirSync(lab.file('data', '')))
        writeFileSync(join(folder, file), readFileSync(lab.file('data', file)));
      return splitManifestSchema.parse(JSON.parse(readFileSync(lab.file('data', 'split.json'), 'utf8')))
        .manifest;
    }
    const recipeFor = (name: string, checksum: string) =>
      ({ kind: 'import', dataset: { kind: 'library', name, checksum, train: 100, validation: 40 } }) as const;

    it('points at the library and holds validation images out of training', async () => {
      const { checksum } = stock('sound');
      await lab.run('imported', recipeFor('sound', checksum));
      const split = splitManifestSchema.parse(
        JSON.parse(readFileSync(lab.file('imported', 'split.json'), 'utf8')),
      );
      expect(split.folder).toBe('library/sound');
      const indices = (name: string) => [
        ...toUint32(readFileSync(lab.file('imported', `${name}-indices.bin`))),
      ];
      expect(new Set([...indices('train'), ...indices('validation')]).size).toBe(140);
      expect(indices('test')).toEqual(Array.from({ length: 200 }, (_, index) => index));
    });

    it('refuses a dataset that is not the one the study was planned with', async () => {
      stock('other');
      const recipe = recipeFor('other', 'f'.repeat(64));
      await expect(lab.run('wrong', recipe)).rejects.toThrow(BadInput);
      await expect(lab.run('wrong', recipe)).rejects.toThrow(/checksum f+ was expected/);
    });

    it('refuses files that changed since their import', async () => {
      const { checksum, splits } = stock('spoiled');
      const file = join(lab.workspace, 'library', 'spoiled', splits.test.images);
      const bytes = readFileSync(file);
      bytes[5]! ^= 1;
      writeFileSync(file, bytes);
      await expect(lab.run('changed', recipeFor('spoiled', checksum))).rejects.toThrow(
        /changed since their import/,
      );
    });

    it('refuses to train on more images than there are', async () => {
      const { checksum } = stock('small');
      const recipe = { ...recipeFor('small', checksum) };
      const greedy = { ...recipe, dataset: { ...recipe.dataset, train: 150 } };
      await expect(lab.run('greedy', greedy)).rejects.toThrow(/holds 150 images/);
    });
  });

  describe('every procedure', () => {
    it('leaves no tensor behind', async () => {
      const before = engine.memory().tensors;
      await lab.run('leak training', {
        kind: 'finetune',
        training: { objective: { kind: 'adversarial', steps: 2 }, epochs: 1, batch: 50 },
        from: { data: 'data', model: 'pruned' },
        seed: 1,
      });
      const evaluation = {
        kind: 'evaluate',
        examples: 20,
        evaluation: { kind: 'attack', attack: { kind: 'pgd', epsilon: '4/255', steps: 3 } },
        from: { data: 'data', model: 'pruned' },
        seed: 1,
      } as const;
      let time = 0;
      await lab.run('leak evaluation', evaluation, {
        now: () => (time += 1000),
        interruptions: [
          { kind: 'stop', after: 2 },
          { kind: 'crash', after: 1 },
        ],
      });
      expect(engine.memory().tensors).toBe(before);
    });
  });
});
