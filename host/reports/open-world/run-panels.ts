import type { OpenWorldPanel } from '#contract/open-world-views.ts';
import type { ReadableStore } from '#host/store/store.ts';
import { readComparedRuns } from '../study/read-compared-runs.ts';
import { rememberedDetection } from './detect.ts';
import { openWorldPanels } from './panels.ts';
import { readOpenWorldGroups } from './read-open-world-runs.ts';

/** What the open world made of one run; nothing where it was not asked, or there is no such run. */
export function readRunPanels(store: ReadableStore, key: string): OpenWorldPanel[] {
  const run = store.run(key);
  if (run === undefined) return [];
  const stages = store.stagesOfRun(key);
  const { groups } = readComparedRuns(store, [run], stages);
  return openWorldPanels(readOpenWorldGroups(store, groups, stages), rememberedDetection().detect);
}
