import { describe, expect, it } from 'vitest';
import { runStateOf, type StageState } from './run.ts';

describe('runStateOf', () => {
  it.each<[string, StageState[], string]>([
    ['one stage failed, whatever else runs', ['done', 'failed', 'running'], 'failed'],
    ['a stage runs', ['done', 'running', 'queued'], 'running'],
    ['a stage is being stopped', ['done', 'stopping', 'cancelled'], 'running'],
    ['a stage was interrupted', ['done', 'interrupted', 'queued'], 'interrupted'],
    ['a stage was cancelled', ['done', 'cancelled', 'queued'], 'cancelled'],
    ['all stages are done', ['done', 'done'], 'done'],
    ['some are done and the rest waits', ['done', 'queued'], 'queued'],
    ['nothing began', ['queued', 'queued'], 'queued'],
  ])('when %s', (_, stages, state) => {
    expect(runStateOf(stages)).toBe(state);
  });
});
