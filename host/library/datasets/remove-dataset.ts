import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetFolder } from './manifest.ts';
import { unfinishedPrefix } from './write-dataset.ts';

/** Removes a dataset in one step; results that were made from it stay. */
export async function removeDataset(libraryFolder: string, name: string): Promise<void> {
  const folder = datasetFolder(libraryFolder, name);
  if (!/^[a-z0-9]/.test(name) || /[\\/]/.test(name) || !existsSync(folder))
    throw new Error(`There is no dataset ${name} in the library.`);
  const leaving = join(libraryFolder, `${unfinishedPrefix}${randomUUID()}`);
  await rename(folder, leaving);
  await rm(leaving, { recursive: true, force: true });
}
