import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetManifest, DatasetSplit } from '#contract/dataset.ts';
import type { DatasetSource, SplitSource } from './dataset-source.ts';
import { fileError, ImportError } from './import-error.ts';
import type { Overlaps } from './overlaps.ts';
import { datasetFolder, manifestChecksum, manifestFile } from './manifest.ts';

export type ImportProgress = { readonly done: number; readonly total: number; readonly unit: 'images' };

export type Placement = {
  readonly libraryFolder: string;
  readonly name: string;
  readonly importedFrom: string;
  readonly overlaps: Overlaps;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Unfinished imports; a dot keeps them out of every list. */
export const unfinishedPrefix = '.import-';

/**
 * Writes a dataset into the library whole or not at all: everything is written and synced in a folder beside,
 * which then gets its name in one step.
 */
export async function writeDataset(source: DatasetSource, placement: Placement): Promise<DatasetManifest> {
  const { libraryFolder, name } = placement;
  await mkdir(libraryFolder, { recursive: true });
  await assertRoom(source, libraryFolder);
  const temporary = join(libraryFolder, `${unfinishedPrefix}${randomUUID()}`);
  try {
    await mkdir(temporary);
    const manifest = await writeFiles(source, placement, temporary);
    await writeSynced(join(temporary, manifestFile), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await syncFolder(temporary);
    await rename(temporary, datasetFolder(libraryFolder, name)).catch((error: unknown) => {
      throw existsSync(datasetFolder(libraryFolder, name)) ? nameTaken(name) : error;
    });
    await syncFolder(libraryFolder);
    return manifest;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw fileError(error, libraryFolder);
  }
}

export const nameTaken = (name: string): ImportError =>
  new ImportError(
    `The library already has a dataset named ${name}.`,
    'Import under another name (--name), or remove that dataset first.',
  );

async function writeFiles(
  source: DatasetSource,
  placement: Placement,
  folder: string,
): Promise<DatasetManifest> {
  const total = source.train.count + source.test.count;
  const report = (done: number): void => {
    placement.signal?.throwIfAborted();
    placement.onProgress?.({ done, total, unit: 'images' });
  };
  report(0);
  const train = await writeSplit('train', source, folder, report);
  const test = await writeSplit('test', source, folder, (done) => {
    report(source.train.count + done);
  });
  const shape = [...source.shape] satisfies number[] as [number, number, number];
  const content = { shape, classes: source.classes, splits: { train, test } };
  return {
    version: 1,
    name: placement.name,
    title: source.title,
    ...content,
    augmentation: source.augmentation,
    overlaps: placement.overlaps,
    provenance: { ...source.provenance, importedFrom: placement.importedFrom },
    checksum: manifestChecksum(content),
  };
}

async function writeSplit(
  part: 'train' | 'test',
  source: DatasetSource,
  folder: string,
  report: (done: number) => void,
): Promise<DatasetSplit> {
  const split = source[part];
  const files = { images: `${part}-images.bin`, labels: `${part}-labels.bin` };
  const handle = await open(join(folder, files.images), 'wx');
  try {
    const { hash, labels } = await writeImages(handle, split, report);
    if (labels.length !== split.count)
      throw new TypeError(
        `The ${part} split should have ${split.count} images, its files gave ${labels.length}.`,
      );
    const labelBytes = littleEndian(labels);
    await writeSynced(join(folder, files.labels), labelBytes);
    const classCounts = source.classes.map(() => 0);
    for (const label of labels) classCounts[label] = (classCounts[label] ?? 0) + 1;
    return { count: split.count, ...files, sha256: hash.update(labelBytes).digest('hex'), classCounts };
  } finally {
    await handle.close();
  }
}

async function writeImages(
  handle: FileHandle,
  split: SplitSource,
  report: (done: number) => void,
): Promise<{ hash: ReturnType<typeof createHash>; labels: number[] }> {
  const hash = createHash('sha256');
  const labels: number[] = [];
  for await (const block of split.blocks()) {
    hash.update(block.pixels);
    await handle.writeFile(block.pixels);
    for (const label of block.labels) labels.push(label);
    report(labels.length);
  }
  await handle.sync();
  return { hash, labels };
}

async function assertRoom(source: DatasetSource, libraryFolder: string): Promise<void> {
  const [height, width, channels] = source.shape;
  const needed = (source.train.count + source.test.count) * (height * width * channels + 2);
  const { bavail, bsize } = await statfs(libraryFolder);
  if (needed > bavail * bsize)
    throw new ImportError(
      `The dataset needs ${megabytes(needed)} and the disk of ${libraryFolder} has ${megabytes(bavail * bsize)} left.`,
      'Free some space, or resize the images to a smaller size.',
      'disk-full',
    );
}

async function writeSynced(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content, { flag: 'wx', flush: true });
}

/** Makes names durable; Windows cannot open folders and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function littleEndian(labels: readonly number[]): Buffer {
  const bytes = Buffer.alloc(labels.length * 2);
  labels.forEach((label, index) => bytes.writeUInt16LE(label, index * 2));
  return bytes;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
