import { expect, it } from 'vitest';
import type { QueueEntry } from '#contract/views.ts';
import { groupQueue } from './group-queue.ts';

const entry = (stage: string, state: QueueEntry['state'], behind?: string): QueueEntry => ({
  stage,
  kind: 'pretrain',
  label: stage,
  study: '',
  state,
  attempt: undefined,
  runs: 1,
  waitingFor: [],
  failure: undefined,
  ...(behind === undefined ? {} : { behind }),
});

it('shows what runs, then what failed, then what waits, each in its own order', () => {
  const queue = [entry('a', 'queued'), entry('b', 'failed'), entry('c', 'queued'), entry('d', 'running')];
  const groups = groupQueue(queue);
  expect(groups.entries.map((member) => member.stage)).toEqual(['d', 'b', 'a', 'c']);
  expect(groups.words).toBe('1 running, 1 failed, 2 queued');
});

it('sets what waits behind a failure apart from what will start', () => {
  const queue = [entry('a', 'queued', 'f'), entry('b', 'queued'), entry('f', 'failed')];
  const groups = groupQueue(queue);
  expect(groups.entries.map((member) => member.stage)).toEqual(['f', 'b', 'a']);
  expect(groups.words).toBe('1 failed, 1 queued, 1 waits behind a failure');
});
