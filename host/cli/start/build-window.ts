import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installation } from '#host/installation.ts';
import { UsageError } from '../exit-codes.ts';

/** Builds the window where it is missing or older than its sources; a packaged Redoubt brings it along. */
export function buildWindow(): void {
  const built = newest(installation.window);
  const vite = join(installation.folder, 'node_modules', 'vite', 'bin', 'vite.js');
  if (built > 0 && (!existsSync(vite) || built >= newest(installation.windowSources))) return;
  if (!existsSync(vite))
    throw new UsageError('The window is not built, and vite is not installed. Run "npm ci", then try again.');
  console.log('Building the window …');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: installation.folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`The window could not be built:\n${stderr}`);
}

/** When the youngest file of a folder was written; 0 where there is none. */
function newest(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}
