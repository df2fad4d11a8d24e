import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** An Electron to open the window with, or why there is none. */
export type DesktopRuntime =
  { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly reason: string };

/** Looks for Electron's binary where its npm package would have put it, or where the user says; downloads nothing. */
export function findDesktopRuntime(environment: NodeJS.ProcessEnv = process.env): DesktopRuntime {
  if (
    process.platform === 'linux' &&
    environment['DISPLAY'] === undefined &&
    environment['WAYLAND_DISPLAY'] === undefined
  )
    return { kind: 'missing', reason: 'this session has no display' };
  const chosen = environment['ELECTRON_OVERRIDE_DIST_PATH'];
  const path = chosen === undefined ? installedPath() : join(chosen, binaryName());
  if (path === undefined)
    return {
      kind: 'missing',
      reason: 'the binary of Electron is not installed (npm ci does not download it)',
    };
  return existsSync(path)
    ? { kind: 'found', path }
    : { kind: 'missing', reason: `there is no Electron at ${path}` };
}

function installedPath(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    return join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
  } catch {
    return undefined;
  }
}

function binaryName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}
