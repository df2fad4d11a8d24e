import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetManifestSchema, type DatasetManifest, type DatasetSplit } from '#contract/dataset.ts';
import { BadInput } from './bad-input.ts';
import { toUint16 } from './little-endian.ts';

/** Whole files of one split. */
export type SplitFiles = { readonly images: Uint8Array; readonly labels: Uint16Array };

const remedy = 'Import the dataset again; runs that used it keep their results.';

export async function loadManifest(folder: string): Promise<DatasetManifest> {
  const file = join(folder, 'manifest.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new BadInput(`The dataset's ${file} cannot be read: ${String(error)}.`, remedy);
  });
  return parseManifest(text, file);
}

/** Reads one split and checks that sizes are what the manifest says. */
export async function loadSplit(
  folder: string,
  manifest: DatasetManifest,
  which: 'train' | 'test',
): Promise<SplitFiles> {
  const split = splitOf(manifest, which);
  const images = await readBytes(join(folder, split.images));
  const labels = await readBytes(join(folder, split.labels));
  const imageBytes = split.count * manifest.shape.reduce((product, size) => product * size, 1);
  expectBytes(split.images, images.length, imageBytes);
  expectBytes(split.labels, labels.length, 2 * split.count);
  return { images, labels: toUint16(labels) };
}

/** Reads one split's files and checks them against the manifest's checksum. */
export async function verifySplit(folder: string, split: DatasetSplit): Promise<void> {
  const images = await readBytes(join(folder, split.images));
  const labels = await readBytes(join(folder, split.labels));
  const found = checksumOf(images, labels);
  if (found !== split.sha256)
    throw new BadInput(
      `The files ${split.images} and ${split.labels} have changed since their import: sha256 ${split.sha256} was expected, ${found} came.`,
      remedy,
    );
}

/** sha256 over the image bytes, then the label bytes. */
export const checksumOf = (images: Uint8Array, labels: Uint8Array): string =>
  createHash('sha256').update(images).update(labels).digest('hex');

export function splitOf(manifest: DatasetManifest, which: 'train' | 'test'): DatasetSplit {
  const split = manifest.splits[which];
  if (split !== undefined) return split;
  throw new BadInput(
    `The dataset ${manifest.name} has no ${which} images.`,
    'Choose a dataset that has training images, or import it with them.',
  );
}

function parseManifest(text: string, file: string): DatasetManifest {
  try {
    return datasetManifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new BadInput(`${file} is no dataset manifest: ${String(error)}`, remedy);
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new BadInput(`The dataset file ${file} cannot be read: ${String(error)}.`, remedy);
  }
}

function expectBytes(file: string, found: number, expected: number): void {
  if (found !== expected)
    throw new BadInput(`${file} should hold ${expected} bytes, but holds ${found}.`, remedy);
}
