import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadableStore } from '#host/store/store.ts';
import { isAlive } from './processes.ts';
import { isWorkerOf } from './worker-process.ts';

const pollMs = 20;
const longestWaitMs = 5000;

/**
 * Ends the workers that a dead host left behind and waits until they are gone, so that no two processes write to one
 * stage's folder. A number that belongs to another program by now is left alone.
 */
export async function endOrphans(store: ReadableStore, workspaceFolder: string): Promise<void> {
  const orphans = store
    .pendingStages()
    .filter((stage) => stage.state === 'running' || stage.state === 'stopping')
    .flatMap((stage) => (stage.attempt === undefined ? [] : [store.attempt(stage.attempt)?.workerPid]))
    .filter((pid) => pid !== undefined)
    .filter((pid) => isAlive(pid) && isWorkerOf(pid, workspaceFolder));
  for (const pid of orphans) endNow(pid);
  for (let waitedMs = 0; waitedMs < longestWaitMs && orphans.some(isAlive); waitedMs += pollMs)
    await sleep(pollMs);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile, as workers do when their host is gone.
  }
}
