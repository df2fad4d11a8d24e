import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The real workbench on a workspace of its own, as `redoubt serve` starts it. */
export type ServedWorkbench = { readonly loginUrl: string; readonly stop: () => Promise<void> };

export async function serveWorkbench(): Promise<ServedWorkbench> {
  if (!existsSync(join(projectRoot, 'dist/renderer/index.html')))
    throw new Error('The window is not built. "npm test" builds it; by hand: npm run build.');
  const workspace = mkdtempSync(join(tmpdir(), 'redoubt-window-'));
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'host/cli/main.ts'), '--workspace', workspace, 'serve', '--json', '--port', '0'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) =>
      reject(new Error(`The host ended with code ${String(code)} before it served.`)),
    );
  });
  const { loginUrl } = JSON.parse(line) as { loginUrl: string };
  return {
    loginUrl,
    stop: async () => {
      child.stdin.end();
      await ended;
      rmSync(workspace, { recursive: true, force: true });
    },
  };
}
