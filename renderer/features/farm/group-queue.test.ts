import { expect, it } from 'vitest';
import type { QueueEntry } from '#contract/views.ts';
import { groupQueue } from './group-queue.ts';

const entry = (stage: string, state: QueueEntry['state']): QueueEntry => ({
  stage,
  kind: 'pretrain',
  label: stage,
  study: '',
  state,
  attempt: undefined,
  runs: 1,
  waitingFor: [],
  failure: undefined,
});

it('shows what runs, then what failed, then what waits, each in its own order', () => {
  const queue = [entry('a', 'queued'), entry('b', 'failed'), entry('c', 'queued'), entry('d', 'running')];
  const groups = groupQueue(queue);
  expect(groups.entries.map((member) => member.stage)).toEqual(['d', 'b', 'a', 'c']);
  expect(groups.words).toBe('1 running, 1 failed, 2 queued');
});
