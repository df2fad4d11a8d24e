import type { AttemptView, FarmView, QueueEntry, SlotView } from '#contract/views.ts';
import type { PendingStage, ReadableStore, StoredAttempt } from '#host/store/store.ts';
import { findBehindFailure } from './queue/behind-failure.ts';
import { waitingFor } from './queue/waiting-for.ts';
import type { Recorder } from './recorder/recorder.ts';
import { readResidentBytes } from './worker/processes.ts';
import type { Slot } from './worker/slot.ts';

export type FarmViewOptions = {
  readonly store: ReadableStore;
  readonly slots: readonly Slot[];
  readonly recorder: Recorder;
  readonly now: number;
};

const recentMs = 6 * 3600 * 1000;
const mostRecent = 500;

/** What the farm is doing: slots as they are this moment, all else from the store. */
export function viewFarm({ store, slots, recorder, now }: FarmViewOptions): FarmView {
  const stages = store.pendingStages();
  const pending = new Map(stages.map((stage) => [stage.key, stage]));
  const paused = store.isFarmPaused();
  return {
    paused,
    slots: slots.map((slot) => {
      const { attempt } = slot;
      const stage = attempt === undefined ? undefined : pending.get(attempt.stage);
      return viewSlot(slot, stage, { paused, recorder });
    }),
    queue: viewQueue(stages),
    recent: store
      .attempts({ since: now - recentMs })
      .slice(0, mostRecent)
      .map(viewAttempt),
  };
}

function viewSlot(
  slot: Slot,
  stage: PendingStage | undefined,
  { paused, recorder }: { readonly paused: boolean; readonly recorder: Recorder },
): SlotView {
  const { id, device, engine, pid, attempt } = slot;
  const live = attempt === undefined ? undefined : recorder.progressOf(attempt.id);
  return {
    id,
    device: { ...device, engine },
    state: slot.state === 'idle' && paused ? 'paused' : slot.state,
    pid,
    memoryBytes: pid === undefined ? undefined : readResidentBytes(pid),
    stage: stage === undefined ? undefined : viewStage(stage),
    progress: live ?? stage?.progress,
  };
}

export function viewQueue(stages: readonly PendingStage[]): QueueEntry[] {
  const behind = findBehindFailure(stages);
  return stages.map((stage) => {
    const culprit = behind.get(stage.key);
    return { ...viewStage(stage), ...(culprit === undefined ? {} : { behind: culprit }) };
  });
}

export const viewStage = (stage: PendingStage): QueueEntry => ({
  stage: stage.key,
  kind: stage.kind,
  label: stage.label,
  study: stage.study.name,
  state: stage.state,
  attempt: stage.attempt,
  runs: stage.runCount,
  waitingFor: waitingFor(stage.inputs),
  failure: stage.failure,
});

const viewAttempt = (attempt: StoredAttempt): AttemptView => ({
  id: attempt.id,
  stage: attempt.stage,
  label: attempt.label,
  slot: attempt.slot,
  startedAt: attempt.startedAt,
  endedAt: attempt.endedAt,
  state: attempt.state,
});
