import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How much lies in a folder now; files that go away meanwhile count nothing. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const name of namesIn(folder)) bytes += sizeOf(join(folder, name));
  return bytes;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false });
  return entry?.isFile() === true ? entry.size : 0;
}
