import { describe, expect, it } from 'vitest';
import type { StoredStage } from '#host/store/store.ts';
import { estimateTimeLeft } from './time-left.ts';

const stage = (fields: Partial<StoredStage>): StoredStage =>
  ({ kind: 'pretrain', state: 'queued', work: 100, ...fields }) as StoredStage;
const progress = (done: number) => ({
  done,
  total: 100,
  unit: 'examples',
  note: '',
  perSecond: undefined,
  secondsLeft: undefined,
});

describe('estimateTimeLeft', () => {
  const speeds = { pretrain: 10 };

  it('shares the work between the slots', () => {
    const stages = [stage({}), stage({}), stage({}), stage({})];
    expect(estimateTimeLeft(stages, { speeds, slots: 2, now: 0 })).toBe(20);
  });

  it('does not count on more slots than there are stages', () => {
    expect(estimateTimeLeft([stage({})], { speeds, slots: 8, now: 0 })).toBe(10);
  });

  it('leaves out what is done, and the part of running stages that is', () => {
    const stages = [stage({ state: 'done' }), stage({ state: 'running', progress: progress(75) })];
    expect(estimateTimeLeft(stages, { speeds, slots: 1, now: 0 })).toBe(2.5);
  });

  it('takes the pace of a running stage where none of its kind was ever done', () => {
    const running = stage({ state: 'running', progress: progress(20), startedAt: 0 });
    expect(estimateTimeLeft([running], { speeds: {}, slots: 1, now: 4000 })).toBe(16);
    expect(estimateTimeLeft([stage({})], { speeds: {}, slots: 1, now: 4000 })).toBeUndefined();
  });

  it('does not wait for what stands behind a failure', () => {
    const after = (key: string, model: string): StoredStage =>
      stage({
        key,
        kind: 'prune',
        recipe: { kind: 'prune', inputs: { data: 'data', model } } as StoredStage['recipe'],
      });
    const failed = stage({ key: 'a', state: 'failed' });
    const stages = [failed, after('b', 'a'), after('c', 'b'), after('d', 'x')];
    expect(estimateTimeLeft(stages, { speeds: { finetune: 10 }, slots: 1, now: 0 })).toBe(10);
    expect(
      estimateTimeLeft(stages.slice(0, 3), { speeds: { finetune: 10 }, slots: 1, now: 0 }),
    ).toBeUndefined();
  });

  it('has nothing to say when nothing is left', () => {
    expect(estimateTimeLeft([stage({ state: 'done' })], { speeds, slots: 1, now: 0 })).toBeUndefined();
  });
});
