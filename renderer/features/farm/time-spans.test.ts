import { expect, it } from 'vitest';
import type { AttemptView } from '#contract/views.ts';
import { fittingSpan } from './time-spans.ts';

const minute = 60_000;
const endedAt = (id: number, at: number): AttemptView => ({
  id,
  stage: '',
  label: '',
  slot: 'cpu:0',
  startedAt: at - minute,
  endedAt: at,
  state: 'done',
});

it('looks close where stages take seconds and far where they take hours', () => {
  const now = 600 * minute;
  const every = (gap: number) => Array.from({ length: 40 }, (_, index) => endedAt(index, now - index * gap));
  expect(fittingSpan(every(minute / 12), now)).toBe(2 * minute);
  expect(fittingSpan(every(4 * minute), now)).toBe(60 * minute);
  expect(fittingSpan([], now)).toBe(2 * minute);
});
