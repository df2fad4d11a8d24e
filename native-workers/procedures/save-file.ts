import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export type SavedFile = { readonly sha256: string; readonly bytes: number };

/** Ending of files that a crash left half written. */
export const partialEnding = '.partial';

/** Writes a file so that under its name there is the old content or the new one, never a part, even after a crash. */
export async function saveFile(file: string, bytes: Uint8Array): Promise<SavedFile> {
  const partial = `${file}${partialEnding}`;
  const handle = await open(partial, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
  await syncFolder(dirname(file));
  return { sha256: sha256Of(bytes), bytes: bytes.length };
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Makes the new name lasting. Windows does it by itself and cannot open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
