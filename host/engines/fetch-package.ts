import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InstallError } from './install-error.ts';
import type { PinnedPackage } from './plan-tensorflow.ts';
import { ToolError, type RunTool } from './tool.ts';

type Fetch = {
  readonly run: RunTool;
  readonly npm: string;
  readonly tar: string;
  readonly signal?: AbortSignal | undefined;
};

/** Unpacks a package of the npm registry into `folder`, checked, without its dependencies and without running anything of it. */
export async function fetchPackage(
  { name, version, integrity }: PinnedPackage,
  folder: string,
  { run, npm, tar, signal }: Fetch,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const setting = { folder, signal };
  try {
    await run(npm, ['pack', `${name}@${version}`, '--loglevel=error'], setting);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new InstallError(
      `${name} ${version} could not be fetched from npm: ${error.message}`,
      'Check the network, and the registry that "npm config get registry" names.',
    );
  }
  const file = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (file === undefined) throw new InstallError(`npm left no file of ${name} ${version}.`, 'Update npm.');
  const digest = createHash('sha512')
    .update(readFileSync(join(folder, file)))
    .digest('base64');
  if (`sha512-${digest}` !== integrity)
    throw new InstallError(
      `What npm fetched as ${name} ${version} is not what was published.`,
      'Do not use that registry; "npm config get registry" names it.',
    );
  // Every npm tarball has one folder of any name inside.
  await run(tar, ['-xzf', file, '--strip-components=1'], setting);
  rmSync(join(folder, file));
}
