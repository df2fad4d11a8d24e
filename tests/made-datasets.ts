import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { importDataset } from '#host/library/datasets/import-dataset.ts';
import type { ImportRequest } from '#host/library/datasets/import-dataset.ts';
import { ImportError } from '#host/library/datasets/import-error.ts';

/** A folder for one test, gone after it. */
export function makeFolder(files: Readonly<Record<string, Uint8Array | string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Imports, expects a refusal that says all of `words`, and that not one file of the library changed. */
export async function expectRefusal(
  request: Omit<ImportRequest, 'libraryFolder'>,
  words: readonly (string | RegExp)[],
): Promise<ImportError> {
  const libraryFolder = makeFolder({ 'earlier/manifest.json': '{}' });
  const before = listing(libraryFolder);
  const error = await importDataset({ ...request, libraryFolder }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ImportError)) throw new Error('An ImportError was expected.', { cause: error });
  for (const word of words) expect(error.message).toMatch(word);
  expect(error.failure.remedy).not.toBe('');
  expect(listing(libraryFolder)).toEqual(before);
  return error;
}

const listing = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return entry.isFile() ? `${file} ${readFileSync(file, 'latin1')}` : file;
  });

/** One CIFAR-10 record whose planes hold red, green and blue everywhere. */
export function cifarRecord(label: number, colour: readonly [number, number, number]): Buffer {
  const planes = colour.map((value) => Buffer.alloc(1024, value));
  return Buffer.concat([Buffer.from([label]), ...planes]);
}

/** An IDX file of bytes. `magic` and `sizes` may lie about `bytes`. */
export function idxFile(magic: number, sizes: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(magic, 0);
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, bytes]);
}

export const ppm = (width: number, height: number, pixels: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from(`P6\n# made\n${width} ${height}\n255\n`), Buffer.from(pixels)]);
