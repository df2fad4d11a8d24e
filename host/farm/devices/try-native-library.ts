import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type NativeLibrary = { readonly kind: 'loads' } | { readonly kind: 'fails'; readonly reason: string };

/** Workers are known by their path only. */
const trial = fileURLToPath(new URL('../../../native-workers/entry/try-native-library.ts', import.meta.url));
const patienceMs = 20_000;

/**
 * Whether the native library of the onnx engine loads here. A process of its own tries: a library that was built for
 * another processor ends the process that loads it.
 */
export function tryNativeLibrary(script: string = trial): NativeLibrary {
  const words = runTrial(script);
  return words === undefined
    ? { kind: 'loads' }
    : { kind: 'fails', reason: `The native library of the onnx engine does not load: ${words}.` };
}

/** Runs a script that ends well if what it tries works; else its words about why not. */
export function runTrial(script: string): string | undefined {
  const { status, signal, error, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    timeout: patienceMs,
    windowsHide: true,
  });
  if (status === 0) return undefined;
  return error?.message ?? wordsOf(stderr) ?? `the process that tried ended with ${signal ?? status}`;
}

const wordsOf = (stderr: string): string | undefined => /^(?:\w*Error): (.+?)\.?$/m.exec(stderr)?.[1];
