import type { Failure, FailureKind } from '#contract/failure.ts';
import type { StageEnd, StageState } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';
import type { LogLine, Notice, Progress } from '#contract/views.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import type { Environment } from '#contract/device.ts';
import { decideRetry } from '../queue/retry-decision.ts';
import { StoreFullError } from '#host/store/store-full-error.ts';
import type { BatchResult, Lease, WritableStore } from '#host/store/store.ts';
import { endOfStop, type StopReason } from './stop-reason.ts';
import { progressAt, updatePace, type Pace } from './pace.ts';

export type RecorderOptions = {
  readonly store: WritableStore;
  readonly clock: () => number;
  readonly publish: (notice: Notice) => void;
  /** What the store cannot say because it is the store that fails. */
  readonly warn: (text: string) => void;
};

/** Who works on what: an attempt and its stage. */
export type Attempt = { readonly id: number; readonly stage: StageKey };

export type IncomingBatch = {
  readonly attempt: Attempt;
  readonly seq: number;
  readonly events: readonly WorkerEvent[];
  /** Set when the attempt was told to stop. */
  readonly stopReason: StopReason | undefined;
};

/**
 * `later`: the disk is full; nothing was kept, and the worker sends the batch again until there is room.
 * `refused`: the store cannot hold what the worker said; the attempt's log says why.
 */
export type RecordResult = BatchResult | 'later' | 'refused';

/** Writes down what happens, and only then says that it happened. */
export class Recorder {
  readonly #store: WritableStore;
  readonly #clock: () => number;
  readonly #publish: (notice: Notice) => void;
  /** Failures of each stage since this host began to farm, or since a person asked for the stage again. */
  readonly #failures = new Map<StageKey, readonly FailureKind[]>();
  readonly #paces = new Map<number, Pace>();
  /** Writes that found the disk full, in order. */
  readonly #unwritten: (() => true)[] = [];
  readonly #warn: (text: string) => void;
  #isDiskFull = false;

  constructor({ store, clock, publish, warn }: RecorderOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#publish = publish;
    this.#warn = warn;
  }

  /** Undefined while the disk is full. */
  lease(lease: Omit<Lease, 'hostPid' | 'at'>): Attempt | undefined {
    if (!this.flush()) return undefined;
    const at = this.#clock();
    const id = this.#unlessFull(() => this.#store.leaseStage({ ...lease, hostPid: process.pid, at }));
    if (id === undefined) return undefined;
    this.#tellState(lease.stage);
    return { id, stage: lease.stage };
  }

  recordWorker(attempt: Attempt, workerPid: number, environment: Environment): void {
    this.#persist(() => {
      this.#store.recordWorker({ attempt: attempt.id, workerPid, environment });
    });
    this.#publish({ kind: 'farm' });
  }

  /** One transaction, then the acknowledgement, then the notices. */
  recordBatch(batch: IncomingBatch, acknowledge: (through: number) => void): RecordResult {
    const result = this.#write(batch);
    if (result === 'gap' || result === 'later' || result === 'refused') return result;
    acknowledge(batch.seq);
    if (result === 'recorded') this.#tellBatch(batch);
    return result;
  }

  recordLine(attempt: Attempt, level: LogLine['level'], text: string): void {
    const line: LogLine = { at: this.#clock(), level, text };
    this.#persist(() => {
      this.#store.recordLog(attempt.id, line);
    });
  }

  markStopping(attempt: Attempt): void {
    this.#persist(() => {
      this.#store.markStopping(attempt.stage);
      this.#tellState(attempt.stage);
    });
  }

  /** Writes what the full disk kept back; whether nothing is left. */
  flush(): boolean {
    for (let write = this.#unwritten[0]; write !== undefined; write = this.#unwritten[0]) {
      if (this.#unlessFull(write) === undefined) return false;
      this.#unwritten.shift();
    }
    return true;
  }

  /** Ends an attempt whose worker cannot say so itself. */
  endFailed(attempt: Attempt, failure: Failure): void {
    const { kind, message, remedy, detail } = failure;
    this.recordLine(
      attempt,
      'error',
      detail === undefined || detail === '' ? message : `${message}\n${detail}`,
    );
    this.#end(attempt, { kind, message, remedy }, this.#stateAfter(attempt.stage, kind));
    this.#noteFailure(attempt.stage, kind);
  }

  endStopped(attempt: Attempt, reason: StopReason): void {
    this.#end(attempt, endOfStop[reason], reason);
  }

  /** A person asks for stages again: their earlier failures no longer count. */
  forgetFailures(stages: Iterable<StageKey>): void {
    for (const stage of stages) this.#failures.delete(stage);
  }

  /** Of a living attempt, with its rate. */
  progressOf(attempt: number): Progress | undefined {
    const pace = this.#paces.get(attempt);
    return pace === undefined ? undefined : progressAt(pace);
  }

  #write({ attempt, seq, events, stopReason }: IncomingBatch): RecordResult {
    if (!this.flush()) return 'later';
    const failure = failureIn(events);
    const failedState = failure === undefined ? undefined : this.#stateAfter(attempt.stage, failure.kind);
    try {
      const result = this.#store.recordBatch({
        attempt: attempt.id,
        seq,
        events,
        at: this.#clock(),
        // A person who cancels does not want another try.
        ...(failedState === undefined
          ? {}
          : { failedState: stopReason === 'cancelled' ? 'failed' : failedState }),
        ...(stopReason === undefined ? {} : { stopped: { state: stopReason, end: endOfStop[stopReason] } }),
      });
      this.#isDiskFull = false;
      return result;
    } catch (error) {
      if (error instanceof StoreFullError) {
        this.#warnOfFullDisk(error);
        return 'later';
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.recordLine(attempt, 'error', `Batch ${seq} could not be recorded: ${reason}`);
      return 'refused';
    }
  }

  #tellBatch({ attempt, events }: IncomingBatch): void {
    const kinds = new Set(events.map((event) => event.kind));
    const failure = failureIn(events);
    if (failure !== undefined) this.#noteFailure(attempt.stage, failure.kind);
    for (const event of events) if (event.kind === 'progress') this.#notePace(attempt.id, event);
    if (kinds.has('metric') || kinds.has('example-outcomes'))
      this.#publish({ kind: 'metrics', stage: attempt.stage });
    if (kinds.has('progress') || kinds.has('log')) this.#publish({ kind: 'farm' });
    if (!events.some(endsAttempt)) return;
    this.#paces.delete(attempt.id);
    this.#tellState(attempt.stage);
  }

  #end(attempt: Attempt, end: StageEnd, state: 'failed' | 'queued' | StopReason): void {
    this.#paces.delete(attempt.id);
    const at = this.#clock();
    this.#persist(() => {
      if (this.#store.endAttempt({ attempt: attempt.id, end, state, at })) this.#tellState(attempt.stage);
    });
  }

  #persist(write: () => void): void {
    this.#unwritten.push(() => {
      write();
      return true;
    });
    this.flush();
  }

  /** The answer of a write, undefined when the disk is full. */
  #unlessFull<Answer>(write: () => Answer): Answer | undefined {
    try {
      const answer = write();
      this.#isDiskFull = false;
      return answer;
    } catch (error) {
      if (!(error instanceof StoreFullError)) throw error;
      this.#warnOfFullDisk(error);
      return undefined;
    }
  }

  /** Once, not for every write that fails. */
  #warnOfFullDisk(error: StoreFullError): void {
    if (!this.#isDiskFull) this.#warn(error.message);
    this.#isDiskFull = true;
  }

  #tellState(stage: StageKey): void {
    const state: StageState | undefined = this.#store.stateOf(stage);
    if (state !== undefined) this.#publish({ kind: 'stage', stage, state });
    this.#publish({ kind: 'farm' });
    this.#publish({ kind: 'studies' });
  }

  #stateAfter(stage: StageKey, kind: FailureKind): 'failed' | 'queued' {
    return decideRetry([...this.#failuresOf(stage), kind]) === 'retry' ? 'queued' : 'failed';
  }

  #noteFailure(stage: StageKey, kind: FailureKind): void {
    this.#failures.set(stage, [...this.#failuresOf(stage), kind]);
  }

  #failuresOf(stage: StageKey): readonly FailureKind[] {
    return this.#failures.get(stage) ?? [];
  }

  #notePace(attempt: number, event: Extract<WorkerEvent, { kind: 'progress' }>): void {
    this.#paces.set(attempt, updatePace(this.#paces.get(attempt), event, this.#clock()));
  }
}

export const endsAttempt = (event: WorkerEvent): boolean =>
  event.kind === 'finished' || event.kind === 'failed' || event.kind === 'stopped';

const failureIn = (events: readonly WorkerEvent[]): Failure | undefined =>
  events.find((event) => event.kind === 'failed')?.failure;
