import type { Device, Environment } from './device.ts';
import type { MetricSummary } from './metric.ts';
import type { RunState, Scalar, Settings, StageEnd, StageState } from './run.ts';
import type { StageKey, StageKind } from './stage.ts';
import type { StudyIssue } from './study.ts';

/** What the host answers to a window: everything here was remembered before it is shown. Times are Unix milliseconds. */

export type StateCounts = Readonly<Record<RunState, number>>;

export type StudySummary = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly runs: StateCounts;
  readonly stages: Readonly<Record<StageState, number>>;
  readonly secondsLeft: number | undefined;
};

export type StudyDetail = StudySummary & {
  readonly yaml: string;
  readonly factors: readonly FactorView[];
  readonly runRows: readonly RunRow[];
  readonly removal: StudyRemoval;
  readonly failures: readonly FailedStage[];
};
export type FailedStage = { readonly stage: StageKey; readonly label: string; readonly failure: StageEnd };
/** What removing a study takes for good, and what stays because other studies use it. A result is a done stage. */
export type StudyRemoval = {
  readonly runs: number;
  readonly results: number;
  readonly sharedRuns: number;
  readonly sharedResults: number;
};
export type FactorView = { readonly path: string; readonly values: readonly Scalar[] };

export type Preset = {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly yaml: string;
};

/** The plan of a draft, or what is wrong with it. Lines and columns count from 1. */
export type PlanPreview =
  | { readonly kind: 'invalid'; readonly issues: readonly PlacedIssue[] }
  | {
      readonly kind: 'valid';
      readonly name: string;
      readonly runCount: number;
      readonly stageCount: number;
      /** Stages that a plan without sharing would have. */
      readonly unsharedStageCount: number;
      readonly doneStageCount: number;
      readonly byKind: Readonly<Record<StageKind, number>>;
      readonly factors: readonly FactorView[];
      readonly excludedCellCount: number;
      /** From measured speeds of this machine; undefined before any stage of the kind was measured. */
      readonly estimatedSeconds: number | undefined;
      readonly estimatedBytes: number;
    };
export type PlacedIssue = StudyIssue & { readonly line: number; readonly column: number };

/** One row of the runs table. Metrics are the last value of each. */
export type RunRow = {
  readonly key: string;
  readonly name: string;
  readonly seed: number;
  readonly state: RunState;
  readonly studies: readonly { readonly id: number; readonly name: string }[];
  readonly settings: Settings;
  readonly metrics: Readonly<Record<string, number>>;
  /** Names of certified metrics that are left out, because an attack contradicts the certificate. */
  readonly refused?: readonly string[];
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
};

export type RunDetail = RunRow & {
  readonly lineage: readonly LineageStage[];
  readonly evaluations: readonly EvaluationCard[];
  /** One for each ball that more than one attack searched. */
  readonly worstCases: readonly WorstCaseCard[];
  /** Series that curves can be drawn of. */
  readonly series: readonly SeriesName[];
  readonly recipe: string;
};
export type SeriesName = { readonly stage: StageKey; readonly stageLabel: string; readonly metric: string };

export type LineageStage = {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly state: StageState;
  readonly seconds: number | undefined;
  readonly progress: Progress | undefined;
  readonly failure: StageEnd | undefined;
  /** Other runs that use the same stage. */
  readonly sharedByRuns: number;
  readonly recipe: string;
  readonly summaries: readonly MetricSummary[];
  readonly environment: Environment | undefined;
  /** Where its files lie on the host; left out before it has any. */
  readonly folder?: string;
};

export type Progress = {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly note: string;
  readonly perSecond: number | undefined;
  readonly secondsLeft: number | undefined;
};

/** A fraction of test images with its Wilson 95 % interval. */
export type Proportion = {
  readonly successes: number;
  readonly total: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

export type EvaluationCard = {
  readonly stage: StageKey;
  readonly label: string;
  /** Threat model in words. */
  readonly threat: string;
  readonly norm: string | undefined;
  readonly epsilon: number | undefined;
  readonly clean: Proportion | undefined;
  readonly attacked: Proportion | undefined;
  /** Verified and correct, of all examples; none where an attack contradicts the certificate. */
  readonly certified: Proportion | undefined;
  /** attacked (or certified) / that of the dense twin at the same seed. */
  readonly retention: number | undefined;
  readonly state: StageState;
  /** A verified example that an attack broke: nothing here can be trusted. */
  readonly error: string | undefined;
  readonly warnings: readonly string[];
};

/**
 * Attacked accuracy over several attacks of the same ball: an example counts that survived all of them. Attacks in
 * smaller balls are left out: they are numbers of their own.
 */
export type WorstCaseCard = {
  /** `worst linf 8/255`. */
  readonly label: string;
  readonly threat: string;
  readonly norm: string;
  readonly epsilon: number;
  /** `soleBreaks`: examples that no other of these attacks broke; undefined before all are done. */
  readonly attacks: readonly {
    readonly stage: StageKey;
    readonly label: string;
    readonly soleBreaks: number | undefined;
  }[];
  readonly attacked: Proportion | undefined;
  readonly retention: number | undefined;
};

/** What pruning did to every layer, read from the stored models of a run; undefined histograms have no model yet. */
export type LayersView = {
  /** Labels of the stages whose models are shown. */
  readonly before: string | undefined;
  readonly pruned: string | undefined;
  readonly after: string | undefined;
  readonly layers: readonly LayerView[];
};
export type LayerView = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weights: number;
  readonly kept: number;
  readonly density: number;
  /** All of the same edges. Weights of the trained network, then those kept by pruning, then those after fine-tuning. */
  readonly before: WeightHistogram | undefined;
  readonly pruned: WeightHistogram | undefined;
  readonly after: WeightHistogram | undefined;
};
/** Counts over equal bins from `low` to `high`; pruned weights, exactly zero, are counted apart. */
export type WeightHistogram = {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly prunedCount: number;
};

export type Series = SeriesName & { readonly steps: readonly number[]; readonly values: readonly number[] };

export type ExampleFilter = 'all' | 'broken' | 'survived' | 'misclassified';
/** One attacked test image. Pixels are base64: `clean`, `adversarial` and `difference` are bytes [h, w, c]. */
export type ExampleView = {
  readonly example: number;
  readonly label: string;
  readonly cleanPrediction: string;
  readonly attackedPrediction: string;
  readonly outcome: 'broken' | 'survived' | 'misclassified';
  readonly distance: number;
  readonly shape: readonly [number, number, number];
  readonly clean: string;
  readonly adversarial: string;
  /** 127.5 + magnification x (adversarial - clean) x 127.5, so grey is no change. */
  readonly difference: string;
  readonly magnification: number;
};
export type ExamplePage = { readonly total: number; readonly examples: readonly ExampleView[] };

export type SlotView = {
  readonly id: string;
  readonly device: Device;
  readonly state: 'starting' | 'idle' | 'running' | 'stopping' | 'paused';
  readonly pid: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly stage: QueueEntry | undefined;
  readonly progress: Progress | undefined;
};
export type QueueEntry = {
  readonly stage: StageKey;
  readonly kind: StageKind;
  readonly label: string;
  readonly study: string;
  readonly state: StageState;
  readonly attempt: number | undefined;
  readonly runs: number;
  readonly waitingFor: readonly string[];
  /** Label of the failed or cancelled stage without which it cannot start; left out where nothing holds it up. */
  readonly behind?: string;
  readonly failure: StageEnd | undefined;
};
export type AttemptView = {
  readonly id: number;
  readonly stage: StageKey;
  readonly label: string;
  readonly slot: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly state: StageState;
};
export type FarmView = {
  readonly paused: boolean;
  readonly slots: readonly SlotView[];
  readonly queue: readonly QueueEntry[];
  /** Attempts of the last hours, for the strip. */
  readonly recent: readonly AttemptView[];
};
export type LogLine = {
  readonly at: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
};

/** All that the library holds, and what is on its way into it. */
export type LibraryView = {
  readonly datasets: readonly DatasetView[];
  readonly damaged: readonly DamagedDataset[];
  readonly imports: readonly ImportView[];
};
/** A folder in the library whose files are not what its manifest says; the message says what to do. */
export type DamagedDataset = { readonly name: string; readonly message: string };
export type ImportView = { readonly path: string; readonly done: number; readonly total: number };

export type DatasetView = {
  readonly name: string;
  readonly title: string;
  readonly builtIn: boolean;
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  readonly checksum: string;
  readonly bytes: number;
  readonly licence: string;
  /** Images of each class; left out where the study decides how many are drawn. */
  readonly classCounts?: { readonly train?: readonly number[]; readonly test: readonly number[] };
  /** Warnings of the import, from the manifest's provenance. */
  readonly notes?: readonly string[];
  /** First test images, base64 bytes [h, w, c] each, with their class. */
  readonly samples: readonly { readonly pixels: string; readonly label: string }[];
};

export type SystemView = {
  readonly version: string;
  readonly workspace: string;
  readonly freeBytes: number;
  readonly devices: readonly Device[];
  readonly node: string;
  readonly platform: string;
};

/** Pushed over the WebSocket: what changed, never the data itself. */
export type Notice =
  | { readonly kind: 'studies' }
  | { readonly kind: 'farm' }
  | { readonly kind: 'stage'; readonly stage: StageKey; readonly state: StageState }
  | { readonly kind: 'metrics'; readonly stage: StageKey }
  | { readonly kind: 'library' };
