import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledNode, neededNode } from '../../bin/find-node.js';

/** How the host is started: a plain Node and files that lie outside of any archive. */
export type HostCommand = { readonly node: string; readonly script: string; readonly folder: string };

export type Surroundings = {
  readonly isPackaged: boolean;
  /** `process.resourcesPath` of a packaged application. */
  readonly resourcesFolder: string;
  /** Root of the source tree, used where nothing is packaged. */
  readonly projectFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Throws with one sentence when there is no Node to run the host with. Electron's own is none: runAsNode is off. */
export function hostCommand(surroundings: Surroundings): HostCommand {
  const { isPackaged, resourcesFolder, projectFolder, environment } = surroundings;
  const folder = isPackaged ? join(resourcesFolder, 'app.asar.unpacked') : projectFolder;
  const chosen = isPackaged ? undefined : environment['REDOUBT_NODE'];
  const node = chosen ?? bundledNode(pathToFileURL(join(folder, '/'))) ?? installedNode();
  if (node === undefined)
    throw new Error(
      `Redoubt needs Node ${neededNode} or newer beside it and found none. Install Node ${neededNode}, then start again.`,
    );
  const script = join(folder, 'host', 'cli', 'main.ts');
  if (!existsSync(script)) throw new Error(`${script} is missing. Install Redoubt again.`);
  return { node, script, folder };
}

/** The `node` of the search path where it is new enough. */
function installedNode(): string | undefined {
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8' });
  const major = Number.parseInt(/^v(\d+)\./.exec(stdout)?.[1] ?? '0', 10);
  return major >= neededNode ? 'node' : undefined;
}
