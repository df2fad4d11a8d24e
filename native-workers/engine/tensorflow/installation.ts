import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  enginesFolder,
  installationFile,
  installationSchema,
  type EngineInstallation,
} from '#contract/engine-installation.ts';

type Installed = EngineInstallation & { readonly folder: string };

/** What `redoubt engines install tensorflow` put into the user's data folder. */
export function readInstallation(): Installed {
  const { platform, env } = process;
  const folder = join(enginesFolder({ platform, homeFolder: homedir(), environment: env }), 'tensorflow');
  return { folder, ...installationSchema.parse(JSON.parse(readManifest(folder))) };
}

function readManifest(folder: string): string {
  try {
    return readFileSync(join(folder, installationFile), 'utf8');
  } catch {
    throw new Error(
      `The tensorflow engine is not installed in ${folder}. Run "redoubt engines install tensorflow".`,
    );
  }
}
