import { openWorldName } from '#contract/open-world.ts';
import type { ReadableStore, StoredStage } from '#host/store/store.ts';

/** What one open-world measurement says of itself; among those of a whole run it does not say of which it is. */
export const isOfOneMeasurement = (name: string): boolean => name.startsWith('open.');

/** The metrics of every finished open-world measurement of a run with its name behind: `open.target.gtsrb pgd-10 linf 8/255`. */
export const namedOpenWorldMetrics = (
  store: ReadableStore,
  stages: readonly StoredStage[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    stages.flatMap(({ key, kind, state, recipe }) => {
      if (kind !== 'evaluate' || state !== 'done' || recipe.kind !== 'evaluate') return [];
      const { evaluation } = recipe;
      if (evaluation.kind !== 'open-world') return [];
      return store
        .summaries(key)
        .filter(({ name }) => isOfOneMeasurement(name))
        .map(({ name, last }) => [`${name}.${openWorldName(evaluation.openWorld)}`, last]);
    }),
  );
