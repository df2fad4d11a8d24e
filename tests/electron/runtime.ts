import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDesktopRuntime } from '#host/cli/start/desktop-runtime.ts';
import type { DesktopRuntime } from '#host/cli/start/desktop-runtime.ts';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The real Electron, where this machine has one that can show the built window. */
export function findRuntime(): DesktopRuntime {
  const runtime = findDesktopRuntime();
  if (runtime.kind === 'missing') {
    const remedy = 'run "npx install-electron", or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron';
    return { kind: 'missing', reason: `${runtime.reason}; to test it, ${remedy}` };
  }
  if (existsSync(join(projectFolder, 'dist', 'renderer', 'index.html'))) return runtime;
  return { kind: 'missing', reason: 'the window is not built; run "npm run build"' };
}
