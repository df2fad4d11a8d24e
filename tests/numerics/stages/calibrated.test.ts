import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { mainEngines } from '../with-engine.ts';
import { artifactOf, tinyNetwork } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const calibrated = { kind: 'calibrated', latent: 5, channels: 2, weight: 0.5 } as const;
const training = { objective: calibrated, epochs: 2, batch: 25, optimizer: 'adam' } as const;
const told = ['train.generator-loss', 'train.discriminator-loss', 'train.generated-confidence'];

describe.each(mainEngines)('stages that carry a GAN from step to step on %s', (kind) => {
  const lab = withStageLab(kind, async ({ run }) => {
    await run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 60, validation: 10, test: 10, seed: 4 },
    });
    await run('dense', { kind: 'pretrain', network: tinyNetwork, training, from: { data: 'data' }, seed: 1 });
  });
  const from = { data: 'data', model: 'dense' };

  const recipes = {
    pretraining: { kind: 'pretrain', network: tinyNetwork, training, from: { data: 'data' }, seed: 7 },
    'fine-tuning': { kind: 'finetune', training, from, seed: 7 },
    'pruning in rounds': {
      kind: 'prune',
      pruning: { kind: 'magnitude', density: 0.2, schedule: { kind: 'iterative', rounds: 3, training } },
      from,
      seed: 7,
    },
    'learning scores': {
      kind: 'prune',
      pruning: { kind: 'learned-scores', density: 0.3, training },
      from,
      seed: 7,
    },
  } as const;
  /** Two epochs of three steps each, the last of an epoch with a smaller batch. */
  const stepCount = 6;

  it.each(Object.entries(recipes))(
    '%s ends with the same bits and curves after stops anywhere',
    async (name, recipe) => {
      const whole = await lab.run(`${name} whole`, recipe);
      for (const metric of told) expect(whole.series.get(metric)).toHaveLength(stepCount);
      for (const stops of [[0, 1, 1, 1, 1, 1], [3], [1, 4]]) {
        const stopped = await lab.run(`${name} stopped ${stops.join()}`, recipe, {
          interruptions: stops.map((after) => ({ kind: 'stop', after }) as const),
        });
        expect(stopped.attemptCount).toBe(stops.length + 1);
        expect(artifactOf(stopped).sha256).toBe(artifactOf(whole).sha256);
        expect(stopped.series).toEqual(whole.series);
      }
    },
  );

  it('keeps both networks and what Adam holds of them in the checkpoint, and neither in the model', async () => {
    const { events } = await lab.run('kept', recipes.pretraining, {
      interruptions: [{ kind: 'stop', after: 2 }],
    });
    const saved = events.find((event) => event.kind === 'checkpoint')!.checkpoint;
    const namesIn = (file: string) => [...parseSafetensors(readFileSync(file)).arrays.keys()];
    const carried = namesIn(join(lab.workspace, saved.path)).filter((name) => name.includes('carried/'));
    expect(carried).toHaveLength(2 * 3 * (3 * 2));
    expect(carried).toContain('optimizer.carried/generator/slot/second-moment/image.weight');
    expect(namesIn(lab.file('kept', 'model.safetensors')).sort()).toEqual(
      ['fc1', 'fc2'].flatMap((layer) => [`${layer}.bias`, `${layer}.weight`]),
    );
  });

  it('ends as diverged where the GAN overflows, and says so', async () => {
    const { end } = await lab.run('overflowing', {
      ...recipes.pretraining,
      training: { ...training, objective: { ...calibrated, ganLearningRate: 1e30 } },
    });
    expect(end).toMatchObject({
      kind: 'failed',
      failure: {
        kind: 'diverged',
        message: expect.stringMatching(/step \d of 6 .*the (generator|discriminator)? ?loss is/) as string,
        remedy: expect.stringContaining('GAN') as string,
      },
    });
  });

  it('adds up no gradients of it', async () => {
    const pruning = { kind: 'gradient', density: 0.3, objective: calibrated } as const;
    await expect(lab.run('sums', { kind: 'prune', pruning, from, seed: 7 })).rejects.toThrow(
      /learns from step to step/,
    );
  });
});
