import { canonicalJson } from '#contract/canonical-json.ts';
import type { Notice } from '#contract/views.ts';
import type { ReadableStore } from './store/store.ts';

const lookMs = 1000;

/**
 * Tells of what other processes write into the workspace (a study submitted from the command line, stages executed by
 * another host), which no notice of our own farm tells of. What our own farm did is told twice, which is harmless.
 */
export function watchStore(store: ReadableStore, publish: (notice: Notice) => void): () => void {
  let seen = lookAt(store);
  const timer = setInterval(() => {
    const now = lookAt(store);
    if (now.studies !== seen.studies) publish({ kind: 'studies' });
    if (now.farm !== seen.farm) publish({ kind: 'farm' });
    for (const [stage, progress] of now.running)
      if (seen.running.get(stage) !== progress) publish({ kind: 'metrics', stage });
    for (const stage of seen.running.keys()) {
      const state = now.running.has(stage) ? undefined : store.stateOf(stage);
      if (state !== undefined) publish({ kind: 'stage', stage, state });
    }
    seen = now;
  }, lookMs).unref();
  return () => {
    clearInterval(timer);
  };
}

function lookAt(store: ReadableStore) {
  const studies = store
    .studies()
    .map(({ id, submittedAt, stages, runs }) => ({ id, submittedAt, stages, runs }));
  const pending = store.pendingStages();
  const running = pending.filter(({ state }) => state === 'running' || state === 'stopping');
  return {
    studies: canonicalJson(studies),
    farm: canonicalJson({
      paused: store.isFarmPaused(),
      stages: pending.map(({ key, state, progress }) => ({ key, state, done: progress?.done })),
    }),
    running: new Map(running.map(({ key, progress }) => [key, progress?.done])),
  };
}
