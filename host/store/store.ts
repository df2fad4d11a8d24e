import type { Plan, Speeds } from '#contract/plan.ts';
import type { Environment } from '#contract/device.ts';
import type { MetricPoints, MetricSummary } from '#contract/metric.ts';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { StageEnd, StageState } from '#contract/run.ts';
import type { Recipe, StageKey, StageKind } from '#contract/stage.ts';
import type { LogLine, Progress, RunRow, StateCounts } from '#contract/views.ts';
import type { Artifact, Checkpoint, WorkerEvent } from '#contract/worker-protocol.ts';

/** Times are Unix milliseconds. Ids are integers of this database; keys are content keys, the same everywhere. */

export type StoredStudy = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly yaml: string;
  readonly priority: number;
  readonly createdAt: number;
  /** When it was last submitted. */
  readonly submittedAt: number;
  readonly runs: StateCounts;
  readonly stages: Readonly<Record<StageState, number>>;
  /** Work of the stages that are not done, by kind: see `estimateSeconds` of the planner. */
  readonly workLeft: Readonly<Record<StageKind, number>>;
};

/** A metric that several stages of a run have is that of the last of them. `stages` are in the order of execution. */
export type StoredRun = RunRow & { readonly stages: readonly StageKey[] };

export type StoredStage = {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly state: StageState;
  readonly recipe: Recipe;
  readonly work: number;
  readonly createdAt: number;
  /** Of its latest attempt. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Over all its attempts that ended. */
  readonly seconds: number | undefined;
  readonly failure: StageEnd | undefined;
  readonly artifact: Artifact | undefined;
  readonly checkpoint: Checkpoint | undefined;
  readonly environment: Environment | undefined;
  /** All that its result, as far as it is, was computed with: more than one where an attempt went on from another's. */
  readonly engines: readonly string[];
  readonly progress: Progress | undefined;
  readonly attemptCount: number;
  /** Runs that use it. */
  readonly runCount: number;
  /** Studies that use it. */
  readonly studies: readonly number[];
};

export type StageInput = {
  readonly role: string;
  readonly key: StageKey;
  readonly label: string;
  readonly state: StageState;
};

/** A stage that is not done: queued, running, stopping, interrupted or failed (cancelled ones are left out). */
export type PendingStage = {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly state: StageState;
  readonly inputs: readonly StageInput[];
  /** The highest of its studies. */
  readonly priority: number;
  /** The first of its studies. */
  readonly study: { readonly id: number; readonly name: string };
  /** Every study that wants it. */
  readonly studies: readonly number[];
  /** When it was queued last; equal for one submission, whose stages come in the order of the plan. */
  readonly queuedAt: number;
  readonly attemptCount: number;
  /** Attempts that failed and were queued again since a person asked for the stage. */
  readonly retryCount: number;
  readonly checkpoint: Checkpoint | undefined;
  readonly failure: StageEnd | undefined;
  /** Of the running or latest attempt. */
  readonly attempt: number | undefined;
  readonly progress: Progress | undefined;
  readonly runCount: number;
};

export type StoredAttempt = {
  readonly id: number;
  readonly stage: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly slot: string;
  readonly device: string;
  readonly hostPid: number;
  readonly workerPid: number | undefined;
  readonly environment: Environment | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly state: StageState;
  readonly end: StageEnd | undefined;
  readonly resumedFromStep: number | undefined;
  readonly throughSeq: number;
};

/** All that may be asked. Every answer is one consistent moment; no answer takes a query per row. */
export type ReadableStore = {
  readonly studies: () => readonly StoredStudy[];
  readonly study: (id: number) => StoredStudy | undefined;
  readonly runs: () => readonly StoredRun[];
  readonly runsOf: (study: number) => readonly StoredRun[];
  readonly run: (key: string) => StoredRun | undefined;
  readonly stage: (key: StageKey) => StoredStage | undefined;
  /** In the order of execution. */
  readonly stagesOfRun: (run: string) => readonly StoredStage[];
  /** In the order of the plan. */
  readonly stagesOfStudy: (study: number) => readonly StoredStage[];
  readonly stateOf: (key: StageKey) => StageState | undefined;
  /** Those of `keys` whose result is there already. */
  readonly doneStages: (keys: Iterable<StageKey>) => ReadonlySet<StageKey>;
  readonly pendingStages: () => readonly PendingStage[];
  /** Those of the pending stages that may be leased now: queued or interrupted, all inputs done. */
  readonly readyStages: () => readonly PendingStage[];
  /** Attempts that started or ended at `since` or later, newest first. */
  readonly attempts: (options: { readonly since: number }) => readonly StoredAttempt[];
  readonly attemptsOf: (stage: StageKey) => readonly StoredAttempt[];
  readonly attempt: (id: number) => StoredAttempt | undefined;
  readonly log: (attempt: number) => readonly LogLine[];
  readonly summaries: (stage: StageKey) => readonly MetricSummary[];
  readonly series: (
    stage: StageKey,
    metric: string,
    options?: { readonly afterStep?: number | undefined },
  ) => MetricPoints;
  readonly outcomes: (stage: StageKey) => ExampleOutcomes | undefined;
  readonly progress: (stage: StageKey) => Progress | undefined;
  readonly artifactOf: (stage: StageKey) => Artifact | undefined;
  readonly checkpointOf: (stage: StageKey) => Checkpoint | undefined;
  readonly measuredSpeeds: () => Speeds;
  readonly isFarmPaused: () => boolean;
  /** The process that runs this workspace, living or not. */
  readonly hostClaim: () => { readonly pid: number; readonly at: number } | undefined;
  readonly close: () => void;
};

export type Submission = {
  readonly name: string;
  readonly description: string;
  readonly yaml: string;
  readonly plan: Plan;
  readonly at: number;
  readonly priority?: number;
};

export type Lease = {
  readonly stage: StageKey;
  readonly slot: string;
  readonly device: string;
  readonly hostPid: number;
  readonly at: number;
};

export type Batch = {
  readonly attempt: number;
  readonly seq: number;
  readonly events: readonly WorkerEvent[];
  readonly at: number;
  /** What a `failed` event makes of the stage: `queued` tries again. Left out: `failed`. */
  readonly failedState?: 'failed' | 'queued';
  /** What a `stopped` event makes of the stage. Left out: cancelled by a person. */
  readonly stopped?: { readonly state: 'cancelled' | 'interrupted' | 'queued'; readonly end: StageEnd };
};

/**
 * `duplicate`: recorded before, acknowledge it again. `stale`: the attempt has ended, drop it.
 * `gap`: an earlier batch is missing; do not acknowledge, it will be sent again.
 */
export type BatchResult = 'recorded' | 'duplicate' | 'stale' | 'gap';

export type AttemptEnd = {
  readonly attempt: number;
  readonly end: StageEnd;
  /** Of the stage afterwards. `queued` counts as a retry unless the end's kind is `interrupted`. */
  readonly state: 'failed' | 'cancelled' | 'interrupted' | 'queued';
  readonly at: number;
};

export type WritableStore = ReadableStore & {
  /** One transaction. Same name and text again is the same study: done stages are kept, ended ones queued again. */
  readonly submitStudy: (submission: Submission) => number;
  readonly setPriority: (study: number, priority: number) => void;
  /** Starts an attempt at a queued (or interrupted) stage whose inputs are done; returns the attempt's id. */
  readonly leaseStage: (lease: Lease) => number;
  readonly recordWorker: (worker: {
    readonly attempt: number;
    readonly workerPid: number;
    readonly environment: Environment;
  }) => void;
  /** All of it or, when it throws, nothing. Throws `StoreFullError` when the disk is full. */
  readonly recordBatch: (batch: Batch) => BatchResult;
  /** False when the attempt had ended before: then nothing is changed. */
  readonly endAttempt: (end: AttemptEnd) => boolean;
  readonly recordLog: (attempt: number, line: LogLine) => void;
  readonly markStopping: (stage: StageKey) => void;
  /** Failed, cancelled and interrupted stages become queued; returns those that did. */
  readonly requeueStages: (keys: Iterable<StageKey>, at: number) => readonly StageKey[];
  /** Queued, interrupted and failed stages become cancelled; returns those that did. Running ones need a stop. */
  readonly cancelStages: (keys: Iterable<StageKey>) => readonly StageKey[];
  /** Leases of dead hosts end, their stages become `interrupted`. */
  readonly releaseLeases: (isAlive: (pid: number) => boolean, at: number) => readonly StageKey[];
  /** Removes a study with the runs and stages that no other study uses; returns the removed stages. */
  readonly removeStudy: (
    id: number,
  ) =>
    | { readonly kind: 'removed'; readonly stages: readonly StageKey[] }
    | { readonly kind: 'running'; readonly stages: readonly StageKey[] };
  readonly claimHost: (
    host: { readonly pid: number; readonly at: number },
    isAlive: (pid: number) => boolean,
  ) => { readonly kind: 'claimed' } | { readonly kind: 'taken'; readonly pid: number };
  readonly releaseHost: (pid: number) => void;
  readonly setFarmPaused: (paused: boolean) => void;
};
