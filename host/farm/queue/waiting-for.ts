import type { StageState } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';

export type NamedInput = { readonly key: StageKey; readonly label: string; readonly state: StageState };

/** What a queued stage waits for, in words: `pretrain natural`, or `pretrain natural (failed)` when nothing works on it. */
export const waitingFor = (inputs: readonly NamedInput[]): string[] =>
  inputs
    .filter((input) => input.state !== 'done')
    .map((input) => (stuck[input.state] ? `${input.label} (${input.state})` : input.label));

const stuck: Record<StageState, boolean> = {
  queued: false,
  running: false,
  stopping: false,
  done: false,
  failed: true,
  cancelled: true,
  interrupted: false,
};
