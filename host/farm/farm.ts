import type { FarmOptions } from './farm-options.ts';
import { RunningFarm } from './running-farm.ts';
import { endOrphans } from './worker/orphans.ts';
import { isStillAlive } from './worker/processes.ts';
import { WorkspaceTakenError } from './workspace-taken-error.ts';

/** What the rest of the host sees of a farm, and a test can stand in for. */
export type Farm = Pick<RunningFarm, keyof RunningFarm>;

/**
 * Claims the workspace, puts right what an earlier host left behind, and begins to execute what is queued.
 * Throws a `WorkspaceTakenError` while another process runs the workspace.
 */
export async function startFarm(options: FarmOptions): Promise<Farm> {
  const { store, workspace, clock = Date.now } = options;
  const claim = store.hostClaim();
  const outcome = store.claimHost({ pid: process.pid, at: clock() }, (pid) =>
    isStillAlive(pid, claim?.at ?? 0),
  );
  if (outcome.kind === 'taken') throw new WorkspaceTakenError(workspace.folder, outcome.pid);
  await endOrphans(store, workspace.folder);
  // Whoever holds the claim is the only one who leases, so every lease is that of a dead host, even one of our number.
  store.releaseLeases(() => false, clock());
  return new RunningFarm(options);
}
