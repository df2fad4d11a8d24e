import { chmodSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetManifestSchema } from '#contract/dataset.ts';
import { cifarRecord, expectRefusal, makeFolder } from '../../../tests/made-datasets.ts';
import { datasetFacts } from './dataset-facts.ts';
import { importDataset } from './import-dataset.ts';
import { listDatasets } from './list-datasets.ts';
import { bytesOf, loadManifest } from './manifest.ts';
import { removeDataset } from './remove-dataset.ts';
import type { ImportProgress } from './write-dataset.ts';

const files = {
  'data_batch_1.bin': Buffer.concat([cifarRecord(3, [1, 2, 3]), cifarRecord(4, [5, 6, 7])]),
  'test_batch.bin': cifarRecord(9, [1, 2, 3]),
};
const importSmall = (libraryFolder: string, name = 'small') =>
  importDataset({ kind: 'cifar10', path: makeFolder(files), name, libraryFolder });

describe('importDataset', () => {
  it('returns the manifest that lies in the library, whose checksums are those of the files', async () => {
    const libraryFolder = makeFolder();
    const manifest = await importSmall(libraryFolder);
    const folder = join(libraryFolder, 'small');
    const bytes = [manifest.splits.test.images, manifest.splits.test.labels].map((name) =>
      readFileSync(join(folder, name)),
    );
    expect(loadManifest(libraryFolder, 'small')).toEqual(datasetManifestSchema.parse(manifest));
    expect(manifest.splits.test.sha256).toBe(createHash('sha256').update(Buffer.concat(bytes)).digest('hex'));
    expect(bytesOf(manifest)).toBe(3 * (3072 + 2));
    expect(readdirSync(libraryFolder)).toEqual(['small']);
  });

  it('gives other pixels another checksum, and the same ones the same under any name', async () => {
    const libraryFolder = makeFolder();
    const first = await importSmall(libraryFolder, 'first');
    const second = await importSmall(libraryFolder, 'second');
    const path = makeFolder({ ...files, 'test_batch.bin': cifarRecord(9, [1, 2, 4]) });
    const other = await importDataset({ kind: 'cifar10', path, libraryFolder });
    expect(second.checksum).toBe(first.checksum);
    expect(other.checksum).not.toBe(first.checksum);
  });

  it('reports progress from nothing to all images', async () => {
    const seen: ImportProgress[] = [];
    const path = makeFolder(files);
    await importDataset({
      kind: 'cifar10',
      path,
      libraryFolder: makeFolder(),
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.map(({ done }) => done)).toEqual([0, 2, 3]);
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([3]));
  });

  it('stopped in the middle leaves nothing behind', async () => {
    const libraryFolder = makeFolder();
    const abort = new AbortController();
    const stopped = importDataset({
      kind: 'cifar10',
      path: makeFolder(files),
      libraryFolder,
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done > 0) abort.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(readdirSync(libraryFolder)).toEqual([]);
  });

  it('refuses a name that is taken, and keeps the dataset that has it', async () => {
    const libraryFolder = makeFolder();
    await importSmall(libraryFolder);
    const before = readFileSync(join(libraryFolder, 'small', 'manifest.json'));
    await expect(importSmall(libraryFolder)).rejects.toThrow(/already has a dataset named small.*--name/);
    expect(readFileSync(join(libraryFolder, 'small', 'manifest.json'))).toEqual(before);
  });

  it('lets one of two imports of the same name win', async () => {
    const libraryFolder = makeFolder();
    const ends = await Promise.allSettled([importSmall(libraryFolder), importSmall(libraryFolder)]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(readdirSync(libraryFolder)).toEqual(['small']);
  });

  it.each(['glyphs', '../up', 'Upper', '', '.hidden', 'a/b'])('refuses the name %j', async (name) => {
    await expectRefusal({ kind: 'cifar10', path: makeFolder(files), name }, ['--name']);
  });

  // The root account may read everything, so nothing can be made unreadable for it.
  it.skipIf(process.getuid?.() === 0)('refuses a file that may not be read', async () => {
    const path = makeFolder(files);
    chmodSync(join(path, 'test_batch.bin'), 0);
    await expectRefusal({ kind: 'cifar10', path }, ['test_batch.bin', 'permission denied']);
  });

  it('clears away what a killed import left a day ago, and nothing younger', async () => {
    const libraryFolder = makeFolder({ '.import-old/x': 'x', '.import-young/x': 'x' });
    utimesSync(join(libraryFolder, '.import-old'), new Date(0), new Date(0));
    await importSmall(libraryFolder);
    expect(readdirSync(libraryFolder).toSorted()).toEqual(['.import-young', 'small']);
  });
});

describe('the library', () => {
  it('lists datasets by name, and shows a damaged one as broken with the reason', async () => {
    const libraryFolder = makeFolder({ 'aaa/readme.txt': 'x' });
    await importSmall(libraryFolder, 'whole');
    await importSmall(libraryFolder, 'cut');
    writeFileSync(join(libraryFolder, 'cut', 'test-images.bin'), 'short');
    const entries = listDatasets(libraryFolder);
    expect(entries.map(({ kind, name }) => [name, kind])).toEqual([
      ['aaa', 'broken'],
      ['cut', 'broken'],
      ['whole', 'dataset'],
    ]);
    expect(entries[1]).toMatchObject({ message: expect.stringMatching(/3072 bytes and holds 5/) as string });
  });

  it('does not accept a manifest changed by hand', async () => {
    const libraryFolder = makeFolder();
    await importSmall(libraryFolder);
    const file = join(libraryFolder, 'small', 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"ship"', '"boat"'));
    expect(() => loadManifest(libraryFolder, 'small')).toThrow(/changed by hand/);
  });

  it('tells planning of every whole dataset and of the embedded glyphs', async () => {
    const libraryFolder = makeFolder();
    const { checksum } = await importSmall(libraryFolder);
    const facts = datasetFacts(libraryFolder);
    expect([...facts.keys()]).toEqual(['glyphs', 'small']);
    expect(facts.get('small')).toMatchObject({ checksum, shape: [32, 32, 3], trainCount: 2, testCount: 1 });
    expect(facts.get('glyphs')).toMatchObject({ shape: [32, 32, 3] });
    expect(datasetFacts(join(libraryFolder, 'absent')).size).toBe(1);
  });

  it('removes a dataset, and only what is one', async () => {
    const libraryFolder = makeFolder();
    await importSmall(libraryFolder);
    await removeDataset(libraryFolder, 'small');
    expect(readdirSync(libraryFolder)).toEqual([]);
    await expect(removeDataset(libraryFolder, '..')).rejects.toThrow(/no dataset/);
  });
});
