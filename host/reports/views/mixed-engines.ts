import type { StoredStage } from '#host/store/store.ts';

/** A sentence for each stage that began on one engine and went on with another: its bits can be had from neither. */
export const tellMixedEngines = (stages: readonly Pick<StoredStage, 'label' | 'engines'>[]): string[] =>
  stages.flatMap(({ label, engines }) =>
    engines.length > 1
      ? `"${label}" was interrupted and went on with another engine (${engines.join(', then ')}): engines differ in the last digits, and neither alone repeats it.`
      : [],
  );
