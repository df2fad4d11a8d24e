import type { Person } from './engine-installation.ts';

/** Where an engine remembers what this machine computes fastest; undefined where a person wants no measuring. */
export function tuningFolder({ platform, homeFolder, environment }: Person): string | undefined {
  const chosen = environment['REDOUBT_TUNING'];
  if (chosen === 'off') return undefined;
  if (chosen !== undefined && chosen !== '') return chosen;
  switch (platform) {
    case 'win32':
      return `${environment['LOCALAPPDATA'] ?? `${homeFolder}/AppData/Local`}/Redoubt/tuning`;
    case 'darwin':
      return `${homeFolder}/Library/Caches/Redoubt/tuning`;
    default:
      return `${environment['XDG_CACHE_HOME'] ?? `${homeFolder}/.cache`}/redoubt/tuning`;
  }
}
