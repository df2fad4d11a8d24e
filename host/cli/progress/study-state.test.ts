import { describe, expect, it } from 'vitest';
import type { StageState } from '#contract/run.ts';
import type { StoredStage } from '#host/store/store.ts';
import { endedSince, isOver, statesOf } from './study-state.ts';

const stage = (key: string, state: StageState, inputs: Record<string, string> = {}): StoredStage =>
  ({ key, state, recipe: { kind: 'prune', inputs } }) as unknown as StoredStage;

describe('a study', () => {
  it('is over when all is done', () => {
    expect(isOver([stage('a', 'done'), stage('b', 'done', { model: 'a' })])).toBe(true);
  });

  it.each(['queued', 'running', 'stopping', 'interrupted'] as const)(
    'is not over while a stage is %s',
    (state) => {
      expect(isOver([stage('a', 'done'), stage('b', state, { model: 'a' })])).toBe(false);
    },
  );

  it('is over when what is queued waits for what failed, however far away', () => {
    const stages = [
      stage('a', 'failed'),
      stage('b', 'queued', { model: 'a' }),
      stage('c', 'queued', { model: 'b' }),
    ];
    expect(isOver(stages)).toBe(true);
  });

  it('is not over when what is queued waits for what is running', () => {
    expect(isOver([stage('a', 'running'), stage('b', 'queued', { model: 'a' })])).toBe(false);
  });
});

describe('endedSince', () => {
  it('gives what was under way and is no more, and not what was done before', () => {
    const before = statesOf([stage('a', 'running'), stage('b', 'done'), stage('c', 'running')]);
    const now = [stage('a', 'done'), stage('b', 'done'), stage('c', 'running')];
    expect(endedSince(before, now).map(({ key }) => key)).toEqual(['a']);
  });
});
