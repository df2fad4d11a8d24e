import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the checkpoints in a stage's folder. Those that cannot be removed cost room, nothing else. */
export async function removeCheckpoints(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const checkpoints = names.filter((name) => name.startsWith('checkpoint-'));
  await Promise.allSettled(checkpoints.map((name) => rm(join(folder, name), { force: true })));
}
