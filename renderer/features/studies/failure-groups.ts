import type { FailedStage } from '#contract/views.ts';

/** Failures that say the same, as one. */
export type FailureGroup = {
  readonly message: string;
  readonly remedy: string;
  readonly stages: readonly FailedStage[];
};

export const groupFailures = (stages: readonly FailedStage[]): FailureGroup[] =>
  [...Map.groupBy(stages, ({ failure }) => `${failure.message}\n${failure.remedy}`).values()].map(
    (alike) => ({
      message: alike[0]!.failure.message,
      remedy: alike[0]!.failure.remedy,
      stages: alike,
    }),
  );
