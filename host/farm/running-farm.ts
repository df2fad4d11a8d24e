import type { StageKey } from '#contract/stage.ts';
import type { FarmView, Progress } from '#contract/views.ts';
import type { PendingStage, WritableStore } from '#host/store/store.ts';
import type { FarmOptions } from './farm-options.ts';
import { viewFarm } from './farm-view.ts';
import { assignStages, isReady } from './queue/assign-stages.ts';
import { createNoticeSource, type NoticeListener } from './recorder/notice-source.ts';
import { Recorder } from './recorder/recorder.ts';
import { defaultTiming, type Timing } from './timing.ts';
import { prepareStart } from './worker/prepare-start.ts';
import { removeCheckpoints } from './worker/remove-checkpoints.ts';
import { Slot } from './worker/slot.ts';

/** Executes queued stages in the slots of this machine until it is stopped. */
export class RunningFarm {
  readonly #store: WritableStore;
  readonly #clock: () => number;
  readonly #notices = createNoticeSource();
  readonly #recorder: Recorder;
  readonly #slots: readonly Slot[];
  readonly #poll: NodeJS.Timeout;
  #idleWaiters: (() => void)[] = [];
  #isStopping = false;
  #scheduling: 'no' | 'now' | 'once-more' = 'no';

  constructor(options: FarmOptions) {
    const timing = { ...defaultTiming, ...options.timing };
    this.#store = options.store;
    this.#clock = options.clock ?? Date.now;
    this.#recorder = new Recorder({
      store: options.store,
      clock: this.#clock,
      publish: this.#notices.publish,
      warn: options.warn ?? console.error,
    });
    this.#slots = this.#makeSlots(options, timing);
    this.#poll = setInterval(() => {
      this.wake();
    }, timing.pollMs).unref();
    this.wake();
  }

  view(): FarmView {
    return viewFarm({
      store: this.#store,
      slots: this.#slots,
      recorder: this.#recorder,
      now: this.#clock(),
    });
  }

  /** With the rate of the last seconds while the stage is running, else as it was remembered. */
  progress(stage: StageKey): Progress | undefined {
    const attempt = this.#slots.find((slot) => slot.attempt?.stage === stage)?.attempt;
    const live = attempt === undefined ? undefined : this.#recorder.progressOf(attempt.id);
    return live ?? this.#store.progress(stage);
  }

  /** Calls back with every later notice until the returned function is called. */
  subscribe(listener: NoticeListener): () => void {
    return this.#notices.subscribe(listener);
  }

  /** What is running goes on; nothing new begins, not even after a restart. */
  pause(): void {
    this.#store.setFarmPaused(true);
    this.#notices.publish({ kind: 'farm' });
  }

  resume(): void {
    this.#store.setFarmPaused(false);
    this.#notices.publish({ kind: 'farm' });
    this.wake();
  }

  /** Queued stages are cancelled at once, running ones after their checkpoint or the time of grace. */
  cancel(stages: Iterable<StageKey>): void {
    const keys = new Set(stages);
    // Queued ones first: a slot that becomes free must not take one of them.
    const cancelled = this.#store.cancelStages(keys);
    for (const slot of this.#slots)
      if (slot.attempt !== undefined && keys.has(slot.attempt.stage)) slot.stop('cancelled');
    this.#tellStates(cancelled);
    this.wake();
  }

  /** Failed, cancelled and interrupted stages are queued again, with their automatic retries restored. */
  retry(stages: Iterable<StageKey>): void {
    const keys = [...stages];
    this.#recorder.forgetFailures(keys);
    this.#tellStates(this.#store.requeueStages(keys, this.#clock()));
    this.wake();
  }

  /** Looks at the queue: after a submission, or when anything may have become ready. */
  wake(): void {
    if (this.#scheduling !== 'no') {
      this.#scheduling = 'once-more';
      return;
    }
    do {
      this.#scheduling = 'now';
      this.#schedule();
    } while (this.#wantsOnceMore());
    this.#scheduling = 'no';
  }

  /**
   * Resolves when nothing is running and nothing can be: all is done, or waits for stages that failed or were cancelled,
   * or the farm was stopped. While the farm is paused, queued stages keep it waiting.
   */
  idle(): Promise<void> {
    const { promise, resolve }: PromiseWithResolvers<void> = Promise.withResolvers();
    this.#idleWaiters.push(resolve);
    this.wake();
    return promise;
  }

  /** Running stages become `interrupted`; the next host goes on with them. A hard stop may follow a soft one. */
  async stop({ soft }: { readonly soft: boolean }): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#poll);
    await Promise.all(this.#slots.map((slot) => slot.close(soft ? 'soft' : 'hard')));
    this.#recorder.flush();
    this.#store.releaseHost(process.pid);
    this.wake();
  }

  #schedule(): void {
    this.#recorder.flush();
    const pending = this.#store.pendingStages();
    if (!this.#isStopping && !this.#store.isFarmPaused()) this.#assign(pending);
    if (this.#slots.some((slot) => slot.state !== 'idle')) return;
    if (!this.#isStopping && pending.some(isReady)) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #assign(pending: readonly PendingStage[]): void {
    const free = new Map(this.#slots.filter((slot) => slot.state === 'idle').map((slot) => [slot.id, slot]));
    for (const { stage, slot: id } of assignStages(pending, [...free.keys()])) {
      const slot = free.get(id);
      const attempt = this.#recorder.lease({ stage: stage.key, slot: id, device: slot?.device.id ?? '' });
      if (attempt !== undefined) slot?.begin(attempt, stage);
    }
  }

  #wantsOnceMore(): boolean {
    return this.#scheduling === 'once-more';
  }

  #tellStates(stages: readonly StageKey[]): void {
    for (const stage of stages) {
      const state = this.#store.stateOf(stage);
      if (state !== undefined) this.#notices.publish({ kind: 'stage', stage, state });
    }
    if (stages.length === 0) return;
    this.#notices.publish({ kind: 'farm' });
    this.#notices.publish({ kind: 'studies' });
  }

  #makeSlots({ devices, workspace, workerEntry, workerExecArgv }: FarmOptions, timing: Timing): Slot[] {
    const launch = {
      entry: workerEntry,
      execArgv: workerExecArgv ?? [],
      workspaceFolder: workspace.folder,
    };
    return devices
      .filter((device) => device.availability.kind === 'available')
      .flatMap((device) =>
        Array.from({ length: device.slots }, (_, index) => {
          return new Slot({
            id: `${device.id}:${index}`,
            device,
            launch,
            timing,
            recorder: this.#recorder,
            forgetCheckpoints: (stage) => removeCheckpoints(workspace.stageFolder(stage)),
            prepare: (attempt, stage) =>
              prepareStart({ attempt: attempt.id, stage, workspace, store: this.#store }),
            onFree: () => {
              this.wake();
            },
          });
        }),
      );
  }
}
