import type { Settings } from '#contract/run.ts';

/** Epochs of the training inside a pruning stage; 0 where there is none. */
export const epochsWithinPruning = (settings: Settings): number =>
  Object.entries(settings)
    .filter(([path]) => /^prune\.(?:.*\.)?training\.epochs$/.test(path))
    .reduce((sum, [, epochs]) => sum + Number(epochs), 0);
