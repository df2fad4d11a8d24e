import { z } from 'zod';

/** What decides where this person's files lie, as the operating system tells it. */
export type Person = {
  /** As Node names it. */
  readonly platform: string;
  readonly homeFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Where engines lie that a person installed besides those of Redoubt: theirs, whatever workspace they work in. */
export function enginesFolder({ platform, homeFolder, environment }: Person): string {
  const chosen = environment['REDOUBT_ENGINES'];
  if (chosen !== undefined && chosen !== '') return chosen;
  switch (platform) {
    case 'win32':
      return `${environment['LOCALAPPDATA'] ?? `${homeFolder}/AppData/Local`}/Redoubt/engines`;
    case 'darwin':
      return `${homeFolder}/Library/Application Support/Redoubt/engines`;
    default:
      return `${environment['XDG_DATA_HOME'] ?? `${homeFolder}/.local/share`}/redoubt/engines`;
  }
}

/** Written into an installed engine's folder last, so that an engine with this file is whole and computed rightly once. */
export const installationFile = 'installation.json';

/** Raised when what lies in the folder changes so that an older installation cannot be used. */
const layout = 1;

export const installationSchema = z.strictObject({
  layout: z.literal(layout),
  /** Such as `@tensorflow/tfjs-node-gpu 4.22.0`. */
  package: z.string(),
  /** The native library and its version, such as `tensorflow-cpu 2.18.0`. */
  library: z.string(),
  /** Whether it can compute on NVIDIA graphics processors. */
  cuda: z.boolean(),
  platform: z.string(),
});
export type EngineInstallation = z.output<typeof installationSchema>;

export const currentLayout: EngineInstallation['layout'] = layout;
