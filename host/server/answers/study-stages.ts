import type { StageState } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';
import type { ReadableStore, StoredStage } from '#host/store/store.ts';

const open: ReadonlySet<StageState> = new Set<StageState>(['queued', 'running', 'interrupted']);
const ended: ReadonlySet<StageState> = new Set<StageState>(['failed', 'cancelled', 'interrupted']);

/** What is left of a study, but for stages that another study is still waiting for. */
export function stagesToCancel(store: ReadableStore, study: number): StageKey[] {
  const left = store.stagesOfStudy(study).filter(({ state }) => open.has(state));
  const others = new Set(left.flatMap(({ studies }) => studies).filter((other) => other !== study));
  const waiting = [...others].filter((other) =>
    store.stagesOfStudy(other).some((stage) => open.has(stage.state) && !stage.studies.includes(study)),
  );
  const isWanted = (stage: StoredStage): boolean => stage.studies.some((other) => waiting.includes(other));
  return left.filter((stage) => !isWanted(stage)).map(({ key }) => key);
}

export const stagesToRetry = (store: ReadableStore, study: number): StageKey[] =>
  store
    .stagesOfStudy(study)
    .filter(({ state }) => ended.has(state))
    .map(({ key }) => key);
