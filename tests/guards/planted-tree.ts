import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

const settings = [
  'package.json',
  'tsconfig.base.json',
  'eslint.config.mjs',
  '.dependency-cruiser.mjs',
  '.prettierrc.json',
  'knip.json',
  'contract/tsconfig.json',
  'native-workers/tsconfig.json',
  'host/tsconfig.json',
  'renderer/tsconfig.json',
];

/** A small project with Redoubt's own checker settings and nothing but the planted files. Removed by `remove()`. */
export function plantTree(files: Readonly<Record<string, string>>): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-guard-'));
  for (const name of settings) cpSync(join(projectRoot, name), join(folder, name), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs a checker of node_modules/.bin in a folder; never throws. */
export async function runTool(
  tool: string,
  args: readonly string[],
  folder: string,
): Promise<{ code: number; output: string }> {
  const binary = join(
    projectRoot,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? `${tool}.cmd` : tool,
  );
  return new Promise((resolve) => {
    execFile(binary, args, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}
