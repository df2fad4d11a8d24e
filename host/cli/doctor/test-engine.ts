import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '#contract/device.ts';
import { discoverDevices } from '#host/farm/devices/discover-devices.ts';
import { launchWorker } from '#host/farm/worker/worker-process.ts';
import { installation } from '#host/installation.ts';
import type { Finding } from './finding.ts';

const patienceMs = 60_000;

/** Starts a worker as the farm would, and waits until its engine says that it is ready. */
export async function testEngine(): Promise<Finding> {
  const device = discoverDevices().find(({ availability }) => availability.kind === 'available');
  if (device === undefined)
    return { state: 'wrong', what: 'No device can execute stages', remedy: 'See "redoubt devices".' };
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-doctor-'));
  try {
    return await tryWorker(device, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryWorker(device: Device, workspaceFolder: string): Promise<Finding> {
  return new Promise((resolve) => {
    const launch = { entry: installation.workerEntry, execArgv: [], workspaceFolder };
    let found: Finding = {
      state: 'wrong',
      what: `The ${device.engine} engine ended before it was ready`,
      remedy: 'Run "npm ci" again; if that does not help, the words above are for a report.',
    };
    const worker = launchWorker(launch, device, {
      ready: ({ engine, engineVersion }) => {
        found =
          engine === device.engine
            ? { state: 'fine', what: `The ${engine} engine ${engineVersion} is ready on ${device.name}` }
            : {
                state: 'wrong',
                what: `The ${device.engine} engine failed its test, and ${engine} computes instead`,
                remedy: '"redoubt doctor --engines" says what it computes wrongly; that is for a report.',
              };
        worker.send({ kind: 'exit' });
      },
      batch: () => undefined,
      malformed: (expected) => {
        found = { state: 'wrong', what: `The worker speaks another protocol: ${expected}` };
        worker.kill();
      },
      line: () => undefined,
      exited: ({ lastWords }) => {
        clearTimeout(timer);
        const words = lastWords.find((line) => line.includes('Error')) ?? lastWords.at(-1);
        resolve(
          found.state === 'wrong' && words !== undefined
            ? { ...found, what: `${found.what}: ${words}` }
            : found,
        );
      },
    });
    const timer = setTimeout(() => {
      worker.kill();
    }, patienceMs);
  });
}
