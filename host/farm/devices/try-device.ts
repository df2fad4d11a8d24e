import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeviceKind } from '#contract/device.ts';
import { deviceTrialSchema, type DeviceTrial } from '#contract/device-trial.ts';

/** A trial, and the adapter that the driver named, where it named one. */
export type TriedDevice = DeviceTrial & { readonly adapter?: string };
export type TryDevice = (kind: DeviceKind) => TriedDevice;

/** Workers are known by their path only. */
const trial = fileURLToPath(new URL('../../../native-workers/entry/try-device.ts', import.meta.url));
const patienceMs = 60_000;
const longestOutput = 2 ** 24;

/** Computes known answers on a device, in a process of its own. */
export function tryDevice(kind: DeviceKind, script: string = trial): TriedDevice {
  const { status, signal, error, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, '--device', kind],
    {
      encoding: 'utf8',
      timeout: patienceMs,
      maxBuffer: longestOutput,
      windowsHide: true,
      // Has Vulkan's loader name the adapter that it opens.
      env: { ...process.env, VK_LOADER_DEBUG: 'all' },
    },
  );
  const adapter = adapterIn(stderr);
  const named = adapter === undefined ? {} : { adapter };
  const words = stdout.trim().split('\n').at(-1) ?? '';
  if (status === 0 && words.startsWith('{'))
    return { ...deviceTrialSchema.parse(JSON.parse(words)), ...named };
  const reason = error?.message ?? `the process that tried it ended with ${signal ?? `code ${status}`}`;
  return { kind: 'failed', reason, ...named };
}

/** `Using "NVIDIA H200" with driver: "libGLX_nvidia.so.0"`, as the loader says when a device is opened. */
export function adapterIn(loaderWords: string): string | undefined {
  return /Using "(.+?)" with driver: "/.exec(loaderWords)?.[1];
}
