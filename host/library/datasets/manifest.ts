import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '#contract/canonical-json.ts';
import { datasetManifestSchema } from '#contract/dataset.ts';
import type { DatasetManifest, DatasetSplit } from '#contract/dataset.ts';

export const manifestFile = 'manifest.json';
const bytesPerLabel = 2;

/** What recipes name a dataset by: everything of it that a result can depend on. */
export function manifestChecksum({
  shape,
  classes,
  splits,
}: Pick<DatasetManifest, 'shape' | 'classes' | 'splits'>): string {
  const text = canonicalJson({ shape, classes, train: splits.train?.sha256, test: splits.test.sha256 });
  return createHash('sha256').update(text).digest('hex');
}

export const datasetFolder = (libraryFolder: string, name: string): string => join(libraryFolder, name);

/** Throws with one sentence when the dataset is missing or its files are not what the manifest says. */
export function loadManifest(libraryFolder: string, name: string): DatasetManifest {
  const folder = datasetFolder(libraryFolder, name);
  const manifest = parseManifest(readManifestText(folder, name), join(folder, manifestFile));
  if (manifest.name !== name)
    throw new Error(`${folder} holds the dataset ${manifest.name}; name the folder like the dataset.`);
  if (manifest.checksum !== manifestChecksum(manifest))
    throw new Error(`The manifest in ${folder} was changed by hand: its checksum is wrong. Import it again.`);
  for (const split of [manifest.splits.train, manifest.splits.test])
    if (split !== undefined) assertFileSizes(folder, split, manifest.shape);
  return manifest;
}

/** Bytes that the dataset takes on disk. */
export const bytesOf = (manifest: DatasetManifest): number =>
  [manifest.splits.train, manifest.splits.test].reduce(
    (sum, split) =>
      sum + (split === undefined ? 0 : split.count * (elements(manifest.shape) + bytesPerLabel)),
    0,
  );

function readManifestText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, manifestFile), 'utf8');
  } catch {
    throw new Error(`There is no dataset ${name} in the library. Import it, or check the name.`);
  }
}

function parseManifest(text: string, file: string): DatasetManifest {
  const parsed = datasetManifestSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `${file} is no dataset manifest (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}). Import the dataset again.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function assertFileSizes(folder: string, split: DatasetSplit, shape: DatasetManifest['shape']): void {
  const expected = [
    [split.images, split.count * elements(shape)],
    [split.labels, split.count * bytesPerLabel],
  ] as const;
  for (const [name, bytes] of expected) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    if (found !== bytes)
      throw new Error(
        `${join(folder, name)} should hold ${bytes} bytes and ${found === undefined ? 'is missing' : `holds ${found}`}. Import the dataset again.`,
      );
  }
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
