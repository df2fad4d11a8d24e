import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { mainEngines } from '../with-engine.ts';
import { trainAndPrune } from './small-stages.ts';
import { artifactOf, tinyNetwork } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

describe.each(mainEngines)('stages that train on %s', (kind) => {
  const lab = withStageLab(kind, trainAndPrune);

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

    it('leaves no tensor behind', async () => {
      const before = memory().numTensors;
      await lab.run('leak', {
        kind: 'finetune',
        training: { objective: { kind: 'adversarial', steps: 2 }, epochs: 1, batch: 50 },
        from: { data: 'data', model: 'pruned' },
        seed: 1,
      });
      expect(memory().numTensors).toBe(before);
    });
  });
});
