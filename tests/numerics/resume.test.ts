import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { createEngine } from '#workers/engine/create-engine.ts';
import type { Engine, EngineKind } from '#workers/engine/engine.ts';
import { saveFile } from '#workers/procedures/save-file.ts';
import { everyKindNetwork } from './every-kind.ts';
import {
  artifactOf,
  openStageLab,
  tinyNetwork,
  type Interruption,
  type StageLab,
  type StageResult,
} from './stages/stage-lab.ts';

const engines: readonly EngineKind[] = ['onnx', 'wasm'];

describe.each(engines)('interrupted stages on %s', (engineKind) => {
  let engine: Engine;
  let lab: StageLab;

  beforeAll(async () => {
    engine = await createEngine(engineKind);
    lab = openStageLab(engine);
    await lab.run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 90, validation: 20, test: 300, seed: 4 },
    });
    await lab.run('dense', {
      kind: 'pretrain',
      network: tinyNetwork,
      training: { objective: 'natural', epochs: 2, batch: 32 },
      from: { data: 'data' },
      seed: 1,
    });
    await lab.run('normalized', {
      kind: 'pretrain',
      network: everyKindNetwork([32, 32, 3], 10),
      training: { objective: 'natural', epochs: 1, batch: 32 },
      from: { data: 'data' },
      seed: 1,
    });
    await lab.run('pruned', {
      kind: 'prune',
      pruning: { kind: 'magnitude', density: 0.3, scope: 'network' },
      from: { data: 'data', model: 'dense' },
      seed: 1,
    });
  });
  afterAll(() => {
    lab.dispose();
    engine.dispose();
  });

  /** Three epochs of three steps each, the last of an epoch with a smaller batch. */
  const adversarial = { kind: 'adversarial', steps: 2, stepSize: '4/255' } as const;
  const trainings = [
    {
      name: 'pre-training, adversarial, SGD with momentum',
      recipe: {
        kind: 'pretrain',
        network: tinyNetwork,
        training: {
          objective: adversarial,
          epochs: 3,
          batch: 40,
          optimizer: { kind: 'sgd', learningRate: 0.05 },
        },
        from: { data: 'data' },
        seed: 7,
      },
    },
    {
      name: 'fine-tuning a pruned network, Adam, with warm-up',
      recipe: {
        kind: 'finetune',
        training: {
          objective: 'natural',
          epochs: 3,
          batch: 40,
          optimizer: { kind: 'adam', weightDecay: 0.01 },
          schedule: { kind: 'cosine', warmupEpochs: 1 },
        },
        from: { data: 'data', model: 'pruned' },
        seed: 7,
      },
    },
    {
      name: 'pre-training with running statistics and dropout',
      recipe: {
        kind: 'pretrain',
        network: everyKindNetwork([32, 32, 3], 10),
        training: {
          objective: adversarial,
          epochs: 3,
          batch: 40,
          optimizer: { kind: 'sgd', learningRate: 0.05 },
        },
        from: { data: 'data' },
        seed: 7,
      },
    },
    {
      name: 'pruning in rounds, Adam',
      recipe: {
        kind: 'prune',
        pruning: {
          kind: 'magnitude',
          density: 0.2,
          schedule: {
            kind: 'iterative',
            rounds: 4,
            training: {
              objective: 'natural',
              epochs: 3,
              batch: 40,
              optimizer: { kind: 'adam', weightDecay: 0.01 },
            },
          },
        },
        from: { data: 'data', model: 'dense' },
        seed: 7,
      },
    },
    {
      name: 'learning scores beside running statistics',
      recipe: {
        kind: 'prune',
        pruning: {
          kind: 'learned-scores',
          density: 0.3,
          training: { objective: adversarial, epochs: 3, batch: 40 },
        },
        from: { data: 'data', model: 'normalized' },
        seed: 7,
      },
    },
    {
      name: 'adding up gradients',
      validations: 1,
      recipe: {
        kind: 'prune',
        pruning: { kind: 'gradient', density: 0.3, objective: adversarial, batch: 10, batches: 9 },
        from: { data: 'data', model: 'dense' },
        seed: 7,
      },
    },
    {
      name: 'pre-training amid ramps of radius and bounds, with a penalty of scales',
      recipe: {
        kind: 'pretrain',
        network: everyKindNetwork([32, 32, 3], 10),
        training: {
          objective: { kind: 'crown-interval', ramp: 0.7 },
          epochs: 3,
          batch: 40,
          optimizer: 'adam',
          scalePenalty: 1e-3,
        },
        from: { data: 'data' },
        seed: 7,
      },
    },
  ] as const;
  const stepCount = 9;

  /** A clock on which every look finds a checkpoint due. */
  function hurriedClock(): () => number {
    let time = 0;
    return () => (time += 60_000);
  }
  /** A model file's bytes, as text that a failed test can show. */
  const bytesOf = (name: string, file: string): string =>
    readFileSync(lab.file(name, file)).toString('base64');

  describe.each(trainings)('$name', ({ name, recipe, ...expected }) => {
    it('ends with the same bits and curves wherever it was stopped once', async () => {
      const undisturbed = await lab.run(`${name} whole`, recipe);
      expect(undisturbed.series.get('train.loss')).toHaveLength(stepCount);
      const validations = 'validations' in expected ? expected.validations : 3;
      expect(undisturbed.series.get('validation.clean')).toHaveLength(validations);
      for (let after = 0; after < stepCount; after += 1) {
        const stopped = await lab.run(`${name} ${after}`, recipe, {
          interruptions: [{ kind: 'stop', after }],
        });
        expect(stopped.attemptCount).toBe(2);
        expect(artifactOf(stopped).sha256).toBe(artifactOf(undisturbed).sha256);
        expect(stopped.series).toEqual(undisturbed.series);
      }
    });

    it('ends with the same bits and curves after a stop at every single step', async () => {
      const once: Interruption = { kind: 'stop', after: 1 };
      const stopped = await lab.run(`${name} often`, recipe, {
        interruptions: Array.from({ length: stepCount - 1 }, () => once),
      });
      expect(stopped.attemptCount).toBe(stepCount);
      expect(bytesOf(`${name} often`, 'model.safetensors')).toBe(
        bytesOf(`${name} whole`, 'model.safetensors'),
      );
    });

    it('ends with the same bits and curves after crashes between checkpoints', async () => {
      const undisturbed = await lab.run(`${name} again`, recipe);
      const crashed = await lab.run(`${name} crashed`, recipe, {
        now: hurriedClock(),
        interruptions: [
          { kind: 'crash', after: 4 },
          { kind: 'crash', after: 0 },
          { kind: 'stop', after: 2 },
          { kind: 'crash', after: 1 },
        ],
      });
      expect(crashed.attemptCount).toBe(5);
      expect(artifactOf(crashed).sha256).toBe(artifactOf(undisturbed).sha256);
      expect(crashed.series).toEqual(undisturbed.series);
    });
  });

  describe('an evaluation', () => {
    const recipe = {
      kind: 'evaluate',
      examples: 290,
      evaluation: { kind: 'attack', attack: { kind: 'pgd', epsilon: '8/255', steps: 4, restarts: 2 } },
      from: { data: 'data', model: 'pruned' },
      seed: 3,
    } as const;

    const outcomesOf = ({ events }: StageResult) => events.filter(({ kind }) => kind === 'example-outcomes');

    it('finds the same for every example wherever in a batch it was stopped', async () => {
      const whole = await lab.run('evaluation undisturbed', recipe);
      for (const after of [0, 3, 8, 11, 14, 19]) {
        const name = `evaluation stopped ${after}`;
        const stopped = await lab.run(name, recipe, { interruptions: [{ kind: 'stop', after }] });
        expect(stopped.attemptCount).toBe(2);
        expect(outcomesOf(stopped)).toEqual(outcomesOf(whole));
        expect(stopped.series).toEqual(whole.series);
        expect(bytesOf(name, 'examples.safetensors')).toBe(
          bytesOf('evaluation undisturbed', 'examples.safetensors'),
        );
      }
    });

    it('finds the same for every example after stops and crashes', async () => {
      const whole = await lab.run('evaluation whole', recipe);
      const broken = await lab.run('evaluation broken', recipe, {
        now: hurriedClock(),
        interruptions: [
          { kind: 'stop', after: 1 },
          { kind: 'crash', after: 12 },
          { kind: 'stop', after: 3 },
          { kind: 'crash', after: 10 },
        ],
      });
      expect(broken.attemptCount).toBe(5);
      expect(outcomesOf(whole)).toHaveLength(1);
      expect(outcomesOf(broken)).toEqual(outcomesOf(whole));
      expect(broken.series).toEqual(whole.series);
      expect(bytesOf('evaluation broken', 'examples.safetensors')).toBe(
        bytesOf('evaluation whole', 'examples.safetensors'),
      );
    });
  });

  describe('a checkpoint', () => {
    const [{ recipe }] = trainings;

    it('tells which engine wrote it, and a stage that goes on from another engine’s says so', async () => {
      const stopped = await lab.run('told', recipe, { interruptions: [{ kind: 'stop', after: 4 }] });
      const written = stopped.events.find((event) => event.kind === 'checkpoint')!.checkpoint;
      expect(written.engine).toBe(engineKind);
      expect(stopped.events.filter(({ kind }) => kind === 'log')).toEqual([]);
      const content = parseSafetensors(readFileSync(join(lab.workspace, written.path)));
      expect(content.metadata['engine']).toBe(engineKind);

      const metadata = { ...content.metadata, engine: 'tensorflow' };
      const file = join(lab.workspace, 'elsewhere.safetensors');
      const { sha256 } = await saveFile(file, serializeSafetensors({ ...content, metadata }));
      const resume = { path: 'elsewhere.safetensors', sha256, step: 4 };
      const { events } = await lab.run('elsewhere', recipe, { resume });
      expect(events.find((event) => event.kind === 'log')).toMatchObject({
        level: 'warning',
        text: expect.stringContaining(
          `with the ${engineKind} engine from a checkpoint of the tensorflow engine`,
        ) as string,
      });
    });
  });

  describe('an import', () => {
    it('writes the same files after a stop', async () => {
      const recipe = {
        kind: 'import',
        dataset: { kind: 'glyphs', train: 700, validation: 100, test: 50, seed: 9 },
      } as const;
      await lab.run('import whole', recipe);
      const stopped = await lab.run('import stopped', recipe, {
        interruptions: [{ kind: 'stop', after: 1 }],
      });
      expect(stopped.attemptCount).toBe(2);
      for (const file of ['train-images.bin', 'test-labels.bin', 'train-indices.bin'])
        expect(bytesOf('import stopped', file) === bytesOf('import whole', file)).toBe(true);
    });
  });
});
