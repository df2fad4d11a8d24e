import { homedir, platform } from 'node:os';
import { tuningFolder } from '#contract/tuning-folder.ts';
import type { Tuning } from '#workers/engine/onnx/tuning/start-tuner.ts';

/** Where this worker remembers what it measures; undefined where a person wants no measuring. */
export function chooseTuning(): Tuning | undefined {
  const { env: environment } = process;
  const folder = tuningFolder({ platform: platform(), homeFolder: homedir(), environment });
  return folder === undefined ? undefined : { folder, now: () => performance.now() };
}
