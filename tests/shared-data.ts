import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sharedFolder = fileURLToPath(new URL('../../shared/', import.meta.url));

/** A file or folder of the shared data and reference answers, which lie beside the project; undefined where they are absent. */
export function sharedPath(...parts: readonly string[]): string | undefined {
  const path = join(sharedFolder, ...parts);
  return existsSync(path) ? path : undefined;
}

/** Says in a skipped test's name why it did not run: `it.skipIf(...)` alone would leave the reader to guess. */
export const absent = (...parts: readonly string[]): string =>
  sharedPath(...parts) === undefined ? ` (skipped: ../shared/${parts.join('/')} is absent)` : '';
