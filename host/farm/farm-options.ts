import type { Device } from '#contract/device.ts';
import type { WritableStore } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';
import type { Timing } from './timing.ts';

export type FarmOptions = {
  readonly store: WritableStore;
  readonly workspace: Workspace;
  /** Those that are unavailable get no slots. */
  readonly devices: readonly Device[];
  /** Absolute path of the worker's script. */
  readonly workerEntry: string;
  /** Flags of Node for the workers. */
  readonly workerExecArgv?: readonly string[];
  /** Unix milliseconds. */
  readonly clock?: () => number;
  readonly timing?: Partial<Timing>;
  /** Takes what the store cannot: that the disk is full. Left out: standard error. */
  readonly warn?: (text: string) => void;
};
