import { retryHelps, type FailureKind } from '#contract/failure.ts';

/** What a failed stage has used up since this host began to farm: its failures so far, the newest last. */
export type FailureHistory = readonly FailureKind[];

const mostRetries = 2;
/** Memory that ran out twice will run out a third time; once may have been a neighbour's fault. */
const mostOutOfMemoryRetries = 1;

/** Whether a stage is queued again by itself after its newest failure. */
export function decideRetry(history: FailureHistory): 'retry' | 'give-up' {
  const newest = history.at(-1);
  if (newest === undefined || !retryHelps[newest]) return 'give-up';
  const outOfMemory = history.filter((kind) => kind === 'out-of-memory').length;
  if (newest === 'out-of-memory' && outOfMemory > mostOutOfMemoryRetries) return 'give-up';
  return history.length > mostRetries ? 'give-up' : 'retry';
}
