import type { StageState } from '#contract/run.ts';
import type { QueueEntry } from '#contract/views.ts';
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
  return {
    entries: present.flatMap((state) => groups.get(state) ?? []),
    words: present.map((state) => `${groups.get(state)?.length ?? 0} ${stateWords[state].text}`).join(', '),
  };
}
