import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { saveFile } from '#workers/procedures/save-file.ts';
import { mainEngines } from '../with-engine.ts';
import { hurriedClock, prepareTrainings, trainings } from './interrupted-trainings.ts';
import type { StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

describe.each(mainEngines)('interrupted stages on %s', (engineKind) => {
  const lab = withStageLab(engineKind, prepareTrainings);

  /** A file's bytes, as text that a failed test can show. */
  const bytesOf = (name: string, file: string): string =>
    readFileSync(lab.file(name, file)).toString('base64');

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
