import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where Redoubt itself lies: everything it reads that is not the user's. */
const inside = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const installation = {
  folder: inside(''),
  window: inside('dist/renderer'),
  windowSources: inside('renderer'),
  presets: inside('resources/studies'),
  workerEntry: inside('native-workers/entry/main.ts'),
  tensorflowTrial: inside('native-workers/entry/try-tensorflow.ts'),
  selfTestEntry: inside('native-workers/entry/self-test.ts'),
} as const;

/** As in package.json. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(inside('package.json'), 'utf8')) as { version: string };
  return version;
}
