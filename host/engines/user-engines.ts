import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  enginesFolder,
  installationFile,
  installationSchema,
  type EngineInstallation,
} from '#contract/engine-installation.ts';

/** Where this person's own engines lie. */
export const userEnginesFolder = (): string =>
  enginesFolder({ platform: process.platform, homeFolder: homedir(), environment: process.env });

export type FoundInstallation =
  | { readonly kind: 'installed'; readonly folder: string; readonly installation: EngineInstallation }
  | { readonly kind: 'unusable'; readonly folder: string; readonly reason: string }
  | { readonly kind: 'absent' };

/** What lies in the folder of the tensorflow engine; whether it computes is another question. */
export function findInstallation(engines: string = userEnginesFolder()): FoundInstallation {
  const folder = join(engines, 'tensorflow');
  if (!existsSync(folder)) return { kind: 'absent' };
  const installation = readInstallation(join(folder, installationFile));
  if (installation === undefined)
    return { kind: 'unusable', folder, reason: 'It was installed for another version of Redoubt.' };
  const here = `${process.platform} ${process.arch}`;
  return installation.platform === here
    ? { kind: 'installed', folder, installation }
    : { kind: 'unusable', folder, reason: `It was installed for ${installation.platform}, this is ${here}.` };
}

function readInstallation(file: string): EngineInstallation | undefined {
  try {
    return installationSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
