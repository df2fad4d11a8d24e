import type { Progress } from '#contract/views.ts';
import type { StoredStage } from '#host/store/store.ts';

/** One look at a study that is under way. */
export type StudyMoment = {
  readonly stages: readonly StoredStage[];
  readonly ended: readonly StoredStage[];
  readonly running: readonly { readonly stage: StoredStage; readonly progress: Progress | undefined }[];
  /** Share of the work, not of the stages. */
  readonly share: number;
  readonly secondsLeft: number | undefined;
};

/** How progress is shown: as bars in a terminal, as lines elsewhere. */
export type ProgressView = {
  readonly show: (moment: StudyMoment) => void;
  readonly say: (line: string) => void;
  readonly close: () => void;
};
