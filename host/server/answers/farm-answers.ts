import type { Device } from '#contract/device.ts';
import type { AttemptView, FarmView, SlotView } from '#contract/views.ts';
import { viewQueue, viewStage } from '#host/farm/farm-view.ts';
import type { PendingStage, ReadableStore, StoredAttempt } from '#host/store/store.ts';
import { RequestError } from '../request-error.ts';
import type { Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';

export function farmAnswers(parts: HostParts): Workbench['farm'] {
  const { store } = parts;
  const setPaused = (paused: boolean): void => {
    const farm = parts.farm();
    if (farm === undefined) store.setFarmPaused(paused);
    else if (paused) farm.pause();
    else farm.resume();
    parts.publish({ kind: 'farm' });
  };
  return {
    state: () => parts.farm()?.view() ?? watchedFarm(store, { devices: parts.devices, now: parts.now() }),
    pause: () => {
      setPaused(true);
    },
    resume: () => {
      setPaused(false);
    },
    cancel: (stage) => {
      requireStage(store, stage);
      parts.cancelStages([stage]);
    },
    retry: (stage) => {
      requireStage(store, stage);
      parts.retryStages([stage]);
    },
    log: (attempt) => {
      if (store.attempt(attempt) === undefined)
        throw new RequestError('not-found', `There is no attempt ${attempt} in this workspace.`);
      return [...store.log(attempt)];
    },
  };
}

const recentMs = 6 * 3600 * 1000;
const mostRecent = 500;

/** What another process is doing with this workspace, as far as it has written it down. */
function watchedFarm(
  store: ReadableStore,
  { devices, now }: { readonly devices: readonly Device[]; readonly now: number },
): FarmView {
  const attempts = store.attempts({ since: now - recentMs }).slice(0, mostRecent);
  const pending = store.pendingStages();
  const running = attempts.filter(({ endedAt }) => endedAt === undefined);
  return {
    paused: store.isFarmPaused(),
    slots: running.flatMap((attempt) => watchedSlot(attempt, pending, devices)),
    queue: viewQueue(pending),
    recent: attempts.map(attemptView),
  };
}

function watchedSlot(
  attempt: StoredAttempt,
  pending: readonly PendingStage[],
  devices: readonly Device[],
): SlotView[] {
  const device = devices.find(({ id }) => id === attempt.device) ?? devices[0];
  if (device === undefined) return [];
  const stage = pending.find(({ key }) => key === attempt.stage);
  return [
    {
      id: attempt.slot,
      device,
      state: stage?.state === 'stopping' ? 'stopping' : 'running',
      pid: attempt.workerPid,
      memoryBytes: undefined,
      stage: stage === undefined ? undefined : viewStage(stage),
      progress: stage?.progress,
    },
  ];
}

const attemptView = ({ id, stage, label, slot, startedAt, endedAt, state }: StoredAttempt): AttemptView => ({
  id,
  stage,
  label,
  slot,
  startedAt,
  endedAt,
  state,
});

function requireStage(store: ReadableStore, stage: string): void {
  if (store.stateOf(stage) === undefined)
    throw new RequestError('not-found', `There is no stage ${stage.slice(0, 10)} in this workspace.`);
}
