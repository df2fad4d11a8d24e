import { existsSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/**
 * Where Node keeps what it made of Redoubt's TypeScript, so that the next start need not make it again: in this person's
 * own cache, never in a folder that others may write to.
 * @returns {string | undefined} undefined where this person has no home, as services often have none
 */
export function codeCacheFolder() {
  if (!existsSync(homedir())) return undefined;
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  switch (platform()) {
    case 'win32':
      return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Redoubt', 'code');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'Redoubt', 'code');
    default:
      return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'redoubt', 'code');
  }
}
