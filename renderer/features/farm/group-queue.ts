import type { StageState } from '#contract/run.ts';
import type { QueueEntry } from '#contract/views.ts';
import { countQueue } from '../../client/count-queue.ts';
import { stateWords } from '../../client/state-words.ts';

/** What runs first, then what needs a person, then what waits. */
const order: readonly StageState[] = [
  'running',
  'stopping',
  'failed',
  'interrupted',
  'queued',
  'cancelled',
  'done',
];

export function groupQueue(queue: readonly QueueEntry[]): {
  readonly entries: readonly QueueEntry[];
  readonly words: string;
} {
  const groups = Map.groupBy(queue, (entry) => entry.state);
  const present = order.filter((state) => groups.has(state));
  const entries = present.flatMap((state) => groups.get(state) ?? []);
  const { next, behind } = countQueue(queue);
  const counts = present.map((state) => ({
    count: state === 'queued' ? next : (groups.get(state)?.length ?? 0),
    words: stateWords[state].text,
  }));
  const stuck = { count: behind, words: behind === 1 ? 'waits behind a failure' : 'wait behind a failure' };
  return {
    // What waits for a person can wait below what does not.
    entries: [
      ...entries.filter((entry) => entry.behind === undefined),
      ...entries.filter((entry) => entry.behind !== undefined),
    ],
    words: [...counts, stuck]
      .filter(({ count }) => count > 0)
      .map(({ count, words }) => `${count} ${words}`)
      .join(', '),
  };
}
