import type { Device, EngineKind, Environment } from '#contract/device.ts';
import type { Failure } from '#contract/failure.ts';
import type { StageKey } from '#contract/stage.ts';
import type { PendingStage } from '#host/store/store.ts';
import { endsAttempt, type Attempt, type Recorder } from '../recorder/recorder.ts';
import type { StopReason } from '../recorder/stop-reason.ts';
import type { Timing } from '../timing.ts';
import { classifyExit, type WorkerExit } from './classify-exit.ts';
import type { Preparation } from './prepare-start.ts';
import { launchWorker, type BatchMessage, type WorkerLaunch, type WorkerProcess } from './worker-process.ts';

export type SlotOptions = {
  readonly id: string;
  readonly device: Device;
  readonly launch: WorkerLaunch;
  readonly timing: Timing;
  readonly recorder: Recorder;
  readonly prepare: (attempt: Attempt, stage: PendingStage) => Promise<Preparation>;
  /** The stage is done; what it would have resumed from is of no use any more. */
  readonly forgetCheckpoints: (stage: StageKey) => Promise<void>;
  /** The slot can take another stage. */
  readonly onFree: () => void;
};

type Ending = { readonly kind: 'failed'; readonly failure: Failure } | { readonly kind: 'stopped' };

type Work = {
  readonly attempt: Attempt;
  readonly over: PromiseWithResolvers<void>;
  phase: 'starting' | 'running' | 'stopping';
  stopReason: StopReason | undefined;
  /** Set once the worker was condemned; its exit then ends the attempt so. */
  ending: Ending | undefined;
  lineCount: number;
};

/** A living worker process. */
type Hand = {
  readonly process: WorkerProcess;
  /** The one asked for; the environment says which one it is. */
  readonly engine: EngineKind;
  environment: Environment | undefined;
  readonly ready: PromiseWithResolvers<Environment>;
  readonly gone: PromiseWithResolvers<void>;
  readonly readyTimer: NodeJS.Timeout;
};

const mostLines = 500;

/** Capacity for one attempt at a time. Its worker process is started when first needed and used again. */
export class Slot {
  readonly id: string;
  readonly device: Device;
  readonly #options: SlotOptions;
  #work: Work | undefined;
  #hand: Hand | undefined;
  /** Until the kill while stopping, until the dismissal while idle. */
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SlotOptions) {
    this.id = options.id;
    this.device = options.device;
    this.#options = options;
  }

  get state(): 'idle' | Work['phase'] {
    return this.#work?.phase ?? 'idle';
  }
  get attempt(): Attempt | undefined {
    return this.#work?.attempt;
  }
  /** What computes, or would: a worker steps down from an engine that fails its test. */
  get engine(): EngineKind {
    return this.#hand?.environment?.engine ?? this.#hand?.engine ?? this.device.engine;
  }
  get pid(): number | undefined {
    return this.#hand?.process.pid;
  }

  begin(attempt: Attempt, stage: PendingStage): void {
    clearTimeout(this.#timer);
    const over: PromiseWithResolvers<void> = Promise.withResolvers();
    const work: Work = {
      attempt,
      over,
      phase: 'starting',
      stopReason: undefined,
      ending: undefined,
      lineCount: 0,
    };
    this.#work = work;
    void this.#start(work, stage);
  }

  /** Asks the worker to write a checkpoint and stop; after the time of grace it is killed. */
  stop(reason: StopReason): void {
    const work = this.#work;
    const hand = this.#hand;
    if (work === undefined || hand === undefined || work.phase === 'stopping') return;
    if (work.phase === 'starting') {
      this.#options.recorder.endStopped(work.attempt, reason);
      this.#release(work);
      return;
    }
    work.phase = 'stopping';
    work.stopReason = reason;
    this.#options.recorder.markStopping(work.attempt);
    hand.process.send({ kind: 'stop', attempt: work.attempt.id });
    this.#timer = setTimeout(() => {
      this.#condemn(hand, { kind: 'stopped' });
    }, this.#options.timing.graceMs);
  }

  /** Stops what is running and lets the worker go: softly, or by a kill that costs the work since the last checkpoint. */
  async close(how: 'soft' | 'hard'): Promise<void> {
    if (how === 'soft') this.stop('interrupted');
    else if (this.#work !== undefined && this.#hand !== undefined) {
      this.#work.stopReason ??= 'interrupted';
      this.#condemn(this.#hand, { kind: 'stopped' });
    }
    await this.#work?.over.promise;
    clearTimeout(this.#timer);
    await this.#dismiss(how === 'soft' ? this.#options.timing.exitMs : 0);
  }

  async #start(work: Work, stage: PendingStage): Promise<void> {
    const { prepare, recorder } = this.#options;
    const hand = this.#handFor(stage);
    const [environment, preparation] = await Promise.all([hand.ready.promise, prepare(work.attempt, stage)]);
    // Stopped, or the worker died, while both were awaited.
    if (this.#work !== work || this.#hand !== hand || work.ending !== undefined) return;
    if (hand.process.pid !== undefined) recorder.recordWorker(work.attempt, hand.process.pid, environment);
    if (preparation.kind === 'failed') {
      recorder.endFailed(work.attempt, preparation.failure);
      this.#release(work);
      return;
    }
    for (const warning of preparation.warnings) recorder.recordLine(work.attempt, 'warning', warning);
    work.phase = 'running';
    hand.process.send(preparation.message);
  }

  /** A stage goes on with the engine that it began with, where this device can have it. */
  #handFor({ checkpoint }: PendingStage): Hand {
    const begun = checkpoint?.engine;
    const isPossible = begun !== undefined && this.device.otherEngines?.includes(begun);
    const engine = isPossible ? begun : this.device.engine;
    if (this.#hand !== undefined && this.#hand.engine !== engine)
      void this.#dismiss(this.#options.timing.exitMs);
    return (this.#hand ??= this.#launch(engine));
  }

  #launch(engine: EngineKind): Hand {
    const { launch, timing } = this.#options;
    const ready = Promise.withResolvers<Environment>();
    const gone: PromiseWithResolvers<void> = Promise.withResolvers();
    const device = { ...this.device, engine };
    const process = launchWorker(launch, device, {
      ready: (environment) => {
        clearTimeout(hand.readyTimer);
        hand.environment = environment;
        ready.resolve(environment);
      },
      batch: (message) => {
        this.#hearBatch(hand, message);
      },
      malformed: (expected) => {
        this.#condemn(hand, { kind: 'failed', failure: malformedMessage(expected) });
      },
      line: ({ level, text }) => {
        this.#hearLine(hand, level, text);
      },
      exited: (exit) => {
        clearTimeout(hand.readyTimer);
        gone.resolve();
        this.#hearExit(hand, exit);
      },
    });
    const readyTimer = setTimeout(() => {
      this.#condemn(hand, { kind: 'failed', failure: neverReady(timing.readyMs) });
    }, timing.readyMs);
    const hand: Hand = { process, engine, environment: undefined, ready, gone, readyTimer };
    return hand;
  }

  #hearBatch(hand: Hand, { attempt, seq, events }: BatchMessage): void {
    const acknowledge = (through: number): void => {
      hand.process.send({ kind: 'ack', attempt, through });
    };
    const work = this.#hand === hand ? this.#work : undefined;
    // Of an attempt that has ended: the worker need not keep it.
    if (work?.attempt.id !== attempt) {
      acknowledge(seq);
      return;
    }
    const batch = { attempt: work.attempt, seq, events, stopReason: work.stopReason };
    const result = this.#options.recorder.recordBatch(batch, acknowledge);
    if (result === 'stale') this.#condemn(hand, { kind: 'stopped' });
    else if (result === 'refused') this.#condemn(hand, { kind: 'failed', failure: refusedBatch });
    else if (result === 'recorded' && events.some(endsAttempt)) {
      if (events.some((event) => event.kind === 'finished'))
        void this.#options.forgetCheckpoints(work.attempt.stage);
      this.#release(work);
    }
  }

  #hearLine(hand: Hand, level: 'info' | 'warning', text: string): void {
    const work = this.#hand === hand ? this.#work : undefined;
    if (work === undefined || work.lineCount > mostLines) return;
    work.lineCount++;
    const isLast = work.lineCount > mostLines;
    this.#options.recorder.recordLine(
      work.attempt,
      isLast ? 'warning' : level,
      isLast ? `The worker has written ${mostLines} lines; the rest of them is not kept.` : text,
    );
  }

  #hearExit(hand: Hand, exit: WorkerExit): void {
    if (this.#hand !== hand) return;
    this.#hand = undefined;
    const work = this.#work;
    if (work === undefined) return;
    const ending: Ending = work.ending ?? (work.phase === 'stopping' ? { kind: 'stopped' } : failedBy(exit));
    switch (ending.kind) {
      case 'failed':
        this.#options.recorder.endFailed(work.attempt, ending.failure);
        break;
      case 'stopped':
        this.#options.recorder.endStopped(work.attempt, work.stopReason ?? 'interrupted');
    }
    this.#release(work);
  }

  /** Kills the worker; the attempt ends with the process, so that no two processes ever write to one stage's folder. */
  #condemn(hand: Hand, ending: Ending): void {
    if (this.#hand === hand && this.#work !== undefined) this.#work.ending ??= ending;
    hand.process.kill();
  }

  #release(work: Work): void {
    clearTimeout(this.#timer);
    this.#work = undefined;
    this.#timer = setTimeout(
      () => void this.#dismiss(this.#options.timing.exitMs),
      this.#options.timing.idleMs,
    );
    this.#timer.unref();
    work.over.resolve();
    this.#options.onFree();
  }

  async #dismiss(killAfterMs: number): Promise<void> {
    const hand = this.#hand;
    if (hand === undefined) return;
    this.#hand = undefined;
    hand.process.send({ kind: 'exit' });
    const timer = setTimeout(() => {
      hand.process.kill();
    }, killAfterMs);
    await hand.gone.promise;
    clearTimeout(timer);
  }
}

const failedBy = (exit: WorkerExit): Ending => ({ kind: 'failed', failure: classifyExit(exit) });

const reportIt =
  'This is an error in Redoubt, not in the study: please report it with the log of the attempt.';

const refusedBatch: Failure = {
  kind: 'defect',
  message: 'What the worker sent could not be recorded.',
  remedy: reportIt,
};

const malformedMessage = (expected: string): Failure => ({
  kind: 'defect',
  message: 'The worker sent a message that the host does not understand.',
  remedy: reportIt,
  detail: expected,
});

const neverReady = (readyMs: number): Failure => ({
  kind: 'worker-died',
  message: `The worker was not ready within ${readyMs / 1000} s and was ended.`,
  remedy:
    'The log of the attempt may say why. Close other programs or use fewer slots, then retry the stage.',
});
