import type { FailureKind } from './failure.ts';
import type { StageKey, StageKind } from './stage.ts';

/** What a setting of a run can be in a table: a word, a number, a switch. */
export type Scalar = string | number | boolean;
/** Dotted path to value: `pretrain.objective` = adversarial, `prune.density` = 0.1. */
export type Settings = Readonly<Record<string, Scalar>>;

/** One path through a plan at one seed. */
export type PlannedRun = {
  /** sha256 over the keys of its stages: the same run of two studies is one run. */
  readonly key: string;
  /** Short: the settings that vary in its study. Not part of the key. */
  readonly name: string;
  readonly seed: number;
  readonly settings: Settings;
  /** Stages in the order of execution: import, pretrain, prune, finetune, then the evaluations. */
  readonly stages: readonly RunStage[];
};
export type RunStage = { readonly key: StageKey; readonly kind: StageKind; readonly label: string };

export const stageStates = [
  'queued',
  'running',
  'stopping',
  'done',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type StageState = (typeof stageStates)[number];

export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export type StageEnd = { readonly kind: FailureKind; readonly message: string; readonly remedy: string };

/** The state of a run, from those of its stages: the first of these that any stage has, `done` when all are. */
export function runStateOf(stages: readonly StageState[]): RunState {
  const has = (state: StageState) => stages.includes(state);
  if (has('failed')) return 'failed';
  if (has('running') || has('stopping')) return 'running';
  if (has('interrupted')) return 'interrupted';
  if (has('cancelled')) return 'cancelled';
  return stages.length > 0 && stages.every((state) => state === 'done') ? 'done' : 'queued';
}
