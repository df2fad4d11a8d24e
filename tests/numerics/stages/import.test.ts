import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitManifestSchema, type DatasetManifest } from '#contract/dataset.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { toUint32 } from '#workers/data/little-endian.ts';
import { mainEngines } from '../with-engine.ts';
import { importGlyphs } from './small-stages.ts';
import { withStageLab } from './with-stage-lab.ts';

describe.each(mainEngines)('importing from the library on %s', (kind) => {
  const lab = withStageLab(kind, importGlyphs);

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
