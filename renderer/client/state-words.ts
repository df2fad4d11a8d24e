import type { RunState, StageState } from '#contract/run.ts';
import type { SlotView } from '#contract/views.ts';

type Tone = 'good' | 'active' | 'bad' | 'waiting' | 'stopped';
type Words = { readonly text: string; readonly tone: Tone };

/** Plain words and a tone for every state that the window shows. */
export const stateWords: Readonly<Record<StageState | RunState, Words>> = {
  queued: { text: 'queued', tone: 'waiting' },
  running: { text: 'running', tone: 'active' },
  stopping: { text: 'stopping', tone: 'active' },
  done: { text: 'done', tone: 'good' },
  failed: { text: 'failed', tone: 'bad' },
  cancelled: { text: 'cancelled', tone: 'stopped' },
  interrupted: { text: 'interrupted', tone: 'stopped' },
};

export const slotWords: Readonly<Record<SlotView['state'], Words>> = {
  starting: { text: 'starting', tone: 'active' },
  idle: { text: 'idle', tone: 'waiting' },
  running: { text: 'running', tone: 'active' },
  stopping: { text: 'stopping', tone: 'active' },
  paused: { text: 'paused', tone: 'stopped' },
};

/** In the order in which a bar is stacked. */
export const runStateOrder: readonly RunState[] = [
  'done',
  'running',
  'interrupted',
  'failed',
  'cancelled',
  'queued',
];

export const stackOf = (
  counts: Readonly<Record<RunState, number>>,
): { tone: Tone; count: number; text: string }[] =>
  runStateOrder.map((state) => ({ ...stateWords[state], count: counts[state] }));
