import { fileURLToPath } from 'node:url';
import { findInstallation, type FoundInstallation } from '#host/engines/user-engines.ts';
import { runTrial } from './try-native-library.ts';

export type TensorflowTrial =
  | { readonly kind: 'computes'; readonly cuda: boolean }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly remedy: string };

/** Workers are known by their path only. */
const trial = fileURLToPath(new URL('../../../native-workers/entry/try-tensorflow.ts', import.meta.url));

/** Whether the tensorflow engine was installed and computes a known answer, in a process of its own. */
export function tryTensorflow(
  found: FoundInstallation = findInstallation(),
  script: string = trial,
): TensorflowTrial {
  switch (found.kind) {
    case 'absent':
      return {
        kind: 'unavailable',
        reason: 'The tensorflow engine is not installed; Redoubt does without it.',
        remedy: 'To have it, run "redoubt engines install tensorflow".',
      };
    case 'unusable':
      return { kind: 'unavailable', reason: found.reason, remedy: again };
    case 'installed': {
      const words = runTrial(script);
      if (words === undefined) return { kind: 'computes', cuda: found.installation.cuda };
      return {
        kind: 'unavailable',
        reason: `The tensorflow engine does not compute: ${words}.`,
        remedy: again,
      };
    }
  }
}

const again = 'Run "redoubt engines install tensorflow" again, or "redoubt engines remove tensorflow".';
