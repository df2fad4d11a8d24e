import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import {
  checkpointAt,
  finished,
  leased,
  metric,
  pointsFrom,
  send,
  training,
} from '../../tests/fixture/stores.ts';

const interrupted = { kind: 'interrupted', message: 'The host ended.', remedy: 'Nothing to do.' } as const;

describe('recordBatch', () => {
  it('records a batch once: sent again it is a duplicate and changes nothing', () => {
    using context = training();
    const { store, stage } = context;
    const attempt = leased(store, stage);
    const batch = {
      attempt,
      seq: 1,
      at: 3000,
      events: [
        { kind: 'started' } as const,
        metric(pointsFrom('train.loss', 1, 5)),
        { kind: 'log' as const, level: 'info' as const, text: 'once' },
      ],
    };
    expect(store.recordBatch(batch)).toBe('recorded');
    const before = [store.series(stage, 'train.loss'), store.summaries(stage), store.log(attempt)];
    expect(store.recordBatch(batch)).toBe('duplicate');
    expect([store.series(stage, 'train.loss'), store.summaries(stage), store.log(attempt)]).toEqual(before);
  });

  it('calls the last batch of an ended attempt a duplicate, so that a lost acknowledgement is repaired', () => {
    using context = training();
    const { store, stage } = context;
    const attempt = leased(store, stage);
    const events = [{ kind: 'started' } as const, finished(stage)];
    expect(store.recordBatch({ attempt, seq: 1, at: 3000, events })).toBe('recorded');
    expect(store.recordBatch({ attempt, seq: 1, at: 3000, events })).toBe('duplicate');
  });

  it('waits for a batch that is missing', () => {
    using context = training();
    const { store, stage } = context;
    const attempt = leased(store, stage);
    expect(store.recordBatch({ attempt, seq: 2, at: 3000, events: [] })).toBe('gap');
    expect(store.attempt(attempt)!.throughSeq).toBe(0);
  });

  it('refuses what an ended attempt still says, even while a new attempt runs', () => {
    using context = training();
    const { store, stage } = context;
    const old = leased(store, stage);
    send(store, old, [{ kind: 'started' }, metric(pointsFrom('train.loss', 1, 3))]);
    store.releaseLeases(() => false, 5000);
    const next = leased(store, stage);
    send(store, next, [{ kind: 'started' }, metric(pointsFrom('train.loss', 1, 2))]);
    const late = [metric(pointsFrom('train.loss', 4, 3)), finished(stage)];
    expect(store.recordBatch({ attempt: old, seq: 2, at: 6000, events: late })).toBe('stale');
    expect(store.stateOf(stage)).toBe('running');
    expect(store.series(stage, 'train.loss').steps).toHaveLength(2);
    expect(store.recordBatch({ attempt: 999, seq: 1, at: 6000, events: [] })).toBe('stale');
  });

  it('records all of a batch or nothing of it', () => {
    using context = training();
    const { store, stage } = context;
    const attempt = leased(store, stage);
    const diverged = { name: 'b', steps: Int32Array.of(1), values: Float64Array.of(NaN) };
    expect(() =>
      store.recordBatch({
        attempt,
        seq: 1,
        at: 3000,
        events: [{ kind: 'started' }, metric(pointsFrom('a', 1, 3), diverged)],
      }),
    ).toThrow('a diverged failure, not a point');
    expect(store.summaries(stage)).toEqual([]);
    expect(store.attempt(attempt)!.throughSeq).toBe(0);
  });

  it('ends the attempt with its artifact, and frees the stages that wait for it', () => {
    using context = training();
    const { store, stage } = context;
    const attempt = leased(store, stage);
    send(store, attempt, [{ kind: 'started' }, checkpointAt(5)], [finished(stage)]);
    expect(store.stage(stage)).toMatchObject({
      state: 'done',
      artifact: { file: `stages/${stage}/model.safetensors`, bytes: 99 },
      checkpoint: undefined,
      seconds: 1.001,
    });
    expect(store.attempt(attempt)).toMatchObject({ state: 'done', endedAt: 3001, end: undefined });
    const waiting = store
      .pendingStages()
      .find((pending) => pending.inputs.some((input) => input.key === stage));
    expect(waiting!.inputs.map((input) => input.state)).toEqual(['done', 'done']);
  });

  it('keeps why an attempt failed, and the detail in its log', () => {
    using context = training();
    const { store, stage } = context;
    const failure = { kind: 'diverged', message: 'The loss is NaN.', remedy: 'Lower the rate.' } as const;
    const attempt = leased(store, stage);
    send(store, attempt, [
      { kind: 'started' },
      { kind: 'failed', failure: { ...failure, detail: 'at step 7' } },
    ]);
    expect(store.stage(stage)).toMatchObject({ state: 'failed', failure });
    expect(store.log(attempt)).toEqual([{ at: 3000, level: 'error', text: 'The loss is NaN.\nat step 7' }]);
    expect(store.runs()[0]!.state).toBe('failed');
    expect(store.requeueStages([stage], 9000)).toEqual([stage]);
    expect(store.stage(stage)).toMatchObject({ state: 'queued', failure: undefined });
  });

  it('counts retries until a person asks for the stage again', () => {
    using context = training();
    const { store, stage } = context;
    const pending = () => store.pendingStages().find((each) => each.key === stage)!;
    const failure = { kind: 'out-of-memory', message: 'm', remedy: 'r' } as const;
    const attempt = leased(store, stage);
    store.recordBatch({
      attempt,
      seq: 1,
      at: 3000,
      events: [{ kind: 'failed', failure }],
      failedState: 'queued',
    });
    expect(pending()).toMatchObject({ state: 'queued', retryCount: 1, attemptCount: 1 });
    expect(store.attempt(attempt)).toMatchObject({ state: 'failed', end: failure });
    expect(store.endAttempt({ attempt: leased(store, stage), end: failure, state: 'failed', at: 1 })).toBe(
      true,
    );
    store.requeueStages([stage], 5000);
    expect(pending()).toMatchObject({ retryCount: 0, attemptCount: 2, queuedAt: 5000 });
  });

  it('does not count an interruption as a retry', () => {
    using context = training();
    const { store, stage } = context;
    store.endAttempt({ attempt: leased(store, stage), end: interrupted, state: 'queued', at: 1 });
    expect(store.pendingStages().find((each) => each.key === stage)!.retryCount).toBe(0);
  });

  it('stops as it was asked: cancelled by a person, interrupted by a closing host', () => {
    using context = training();
    const { store, stage } = context;
    const first = leased(store, stage);
    store.markStopping(stage);
    expect([store.stateOf(stage), store.attempt(first)!.state]).toEqual(['stopping', 'stopping']);
    send(store, first, [{ kind: 'started' }, { kind: 'stopped' }]);
    expect(store.stage(stage)).toMatchObject({ state: 'cancelled', failure: { kind: 'cancelled' } });
    store.requeueStages([stage], 1);
    const second = leased(store, stage);
    store.recordBatch({
      attempt: second,
      seq: 1,
      at: 4000,
      events: [{ kind: 'stopped' }],
      stopped: { state: 'interrupted', end: interrupted },
    });
    expect(store.stage(stage)).toMatchObject({ state: 'interrupted', failure: interrupted });
  });

  it('tells how far and how fast an attempt is', () => {
    using context = training();
    const { store, stage } = context;
    const attempt = leased(store, stage);
    const progress = (done: number): WorkerEvent => ({
      kind: 'progress',
      done,
      total: 100,
      unit: 'images',
      note: 'epoch 1 of 2',
    });
    const at = (seq: number, time: number, done: number) =>
      store.recordBatch({ attempt, seq, at: time, events: [progress(done)] });
    at(1, 1000, 0);
    expect(store.progress(stage)).toMatchObject({ done: 0, perSecond: undefined, secondsLeft: undefined });
    at(2, 3000, 20);
    expect(store.progress(stage)).toEqual({
      done: 20,
      total: 100,
      unit: 'images',
      note: 'epoch 1 of 2',
      perSecond: 10,
      secondsLeft: 8,
    });
  });
});
