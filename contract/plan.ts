import type { Factor } from './factors.ts';
import type { PlannedRun } from './run.ts';
import type { Recipe, StageKey, StageKind } from './stage.ts';
import type { StudyHeader } from './study.ts';

/** What a study comes to: its runs, and every stage they need exactly once, inputs before those that take them. */
export type Plan = {
  readonly header: StudyHeader;
  readonly runs: readonly PlannedRun[];
  readonly stages: readonly PlannedStage[];
  readonly factors: readonly Factor[];
  readonly excludedCellCount: number;
  /** Stages that a plan without sharing would have. */
  readonly unsharedStageCount: number;
};

export type PlannedStage = {
  readonly key: StageKey;
  readonly kind: StageKind;
  readonly recipe: Recipe;
  /** In words: `prune magnitude 0.1 network seed 0`. */
  readonly label: string;
  /** Expected cost: multiply-accumulates, or bytes read for an import. A speed is this per second. */
  readonly work: number;
  /** Expected size of what the stage leaves on disk. */
  readonly bytes: number;
};

/** Work per second of each kind of stage, as measured on this machine; absent before any was done. */
export type Speeds = Readonly<Partial<Record<StageKind, number>>>;
