import type { Device } from '#contract/device.ts';
import type { StageKey } from '#contract/stage.ts';
import type { Notice } from '#contract/views.ts';
import type { Farm } from '#host/farm/farm.ts';
import type { WritableStore } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';

/** What the answers are made from. */
export type HostParts = {
  readonly store: WritableStore;
  readonly workspace: Workspace;
  readonly devices: readonly Device[];
  /** Absent while another process works on this workspace. */
  readonly farm: () => Farm | undefined;
  readonly slotCount: () => number;
  readonly cancelStages: (stages: readonly StageKey[]) => void;
  readonly retryStages: (stages: readonly StageKey[]) => void;
  readonly publish: (notice: Notice) => void;
  readonly watch: (notify: (notice: Notice) => void) => () => void;
  readonly presetFolder: string;
  readonly version: string;
  readonly now: () => number;
  readonly onDefect: (error: unknown) => void;
};
