import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { DatasetManifest } from '#contract/dataset.ts';
import { openCifar10 } from './cifar10.ts';
import type { DatasetSource } from './dataset-source.ts';
import { openImageFolder } from './image-folder.ts';
import type { ImageSize } from './image-folder.ts';
import { ImportError } from './import-error.ts';
import { datasetFolder } from './manifest.ts';
import { openMnist } from './mnist.ts';
import { overlapsAtImport } from './overlaps.ts';
import { nameTaken, unfinishedPrefix, writeDataset } from './write-dataset.ts';
import type { ImportProgress } from './write-dataset.ts';

export const importKinds = ['cifar10', 'mnist', 'images'] as const;
export type ImportKind = (typeof importKinds)[number];

export type ImportRequest = {
  readonly kind: ImportKind;
  readonly path: string;
  /** Left out: `cifar10`, `mnist`, or the image folder's name. */
  readonly name?: string | undefined;
  /** Of image folders only: what every image is resized to. */
  readonly size?: ImageSize | undefined;
  readonly libraryFolder: string;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

const oldMs = 24 * 3600 * 1000;

/** Takes a dataset into the library. Throws an ImportError, and then the library is as it was. */
export async function importDataset(request: ImportRequest): Promise<DatasetManifest> {
  const { libraryFolder, onProgress, signal } = request;
  const path = resolve(request.path);
  const name = request.name ?? defaultName(request.kind, path);
  assertFreeName(libraryFolder, name);
  await removeUnfinished(libraryFolder);
  const source = await openSource(request, path);
  const overlaps = overlapsAtImport(request.kind, name);
  return writeDataset(source, { libraryFolder, name, importedFrom: path, overlaps, onProgress, signal });
}

function openSource({ kind, size }: ImportRequest, path: string): Promise<DatasetSource> {
  switch (kind) {
    case 'cifar10':
      return openCifar10(path);
    case 'mnist':
      return openMnist(path);
    case 'images':
      return openImageFolder(path, size);
  }
}

function defaultName(kind: ImportKind, path: string): string {
  if (kind !== 'images') return kind;
  const plain = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return plain === '' ? 'images' : plain.slice(0, 64);
}

function assertFreeName(libraryFolder: string, name: string): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name))
    throw new ImportError(
      `A dataset's name is 1 to 64 small letters, digits, dots, dashes or underscores, got ${JSON.stringify(name)}.`,
      'Give another name with --name.',
    );
  if (name === 'glyphs')
    throw new ImportError(
      'The name glyphs belongs to the embedded dataset.',
      'Give another name with --name.',
    );
  if (existsSync(datasetFolder(libraryFolder, name))) throw nameTaken(name);
}

/** What an import left behind whose process was killed; a day old, so that no running one is meant. */
async function removeUnfinished(libraryFolder: string): Promise<void> {
  const names = await readdir(libraryFolder).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(unfinishedPrefix))) {
    const folder = join(libraryFolder, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > oldMs) await rm(folder, { recursive: true, force: true });
  }
}
