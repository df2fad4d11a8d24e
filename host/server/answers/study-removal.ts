import type { StudyRemoval } from '#contract/views.ts';
import type { ReadableStore } from '#host/store/store.ts';

/** What `removeStudy` of the store would take: runs and done stages that no other study wants. */
export function studyRemoval(store: ReadableStore, study: number): StudyRemoval {
  const runs = store.runsOf(study);
  const done = store.stagesOfStudy(study).filter(({ state }) => state === 'done');
  const ownRuns = runs.filter(({ studies }) => studies.length === 1).length;
  const ownResults = done.filter(({ studies }) => studies.length === 1).length;
  return {
    runs: ownRuns,
    results: ownResults,
    sharedRuns: runs.length - ownRuns,
    sharedResults: done.length - ownResults,
  };
}
