import type { StateCounts } from '#contract/views.ts';
import { runStateOrder, stateWords } from '../../client/state-words.ts';

export const totalRuns = (counts: StateCounts): number =>
  runStateOrder.reduce((total, state) => total + counts[state], 0);

/** `112 done, 3 running, 5 failed`: only what there is. */
export function progressWords(counts: StateCounts): string {
  const total = totalRuns(counts);
  if (total > 0 && counts.done === total) return 'all done';
  return runStateOrder
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${stateWords[state].text}`)
    .join(', ');
}
