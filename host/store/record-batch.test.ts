import { describe, expect, it } from 'vitest';
import type { StageKey } from '#contract/stage.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import {
  finish,
  finished,
  keyOf,
  leased,
  metric,
  outcomesOf,
  pointsFrom,
  submitted,
  temporaryStore,
} from '../../tests/fixture/stores.ts';
import type { WritableStore } from './store.ts';

const checkpointAt = (step: number): WorkerEvent => ({
  kind: 'checkpoint',
  checkpoint: { path: 'stages/a/checkpoint.bin', sha256: 'c'.repeat(64), step },
});
const interrupted = { kind: 'interrupted', message: 'The host ended.', remedy: 'Nothing to do.' } as const;

/** A store whose import is done, so that a pre-training can run. */
function training(): { store: WritableStore; stage: StageKey } & Disposable {
  const temporary = temporaryStore();
  const { plan } = submitted(temporary.store);
  finish(temporary.store, keyOf(plan, 'import'));
  return {
    store: temporary.store,
    stage: keyOf(plan, 'pretrain'),
    [Symbol.dispose]: () => temporary[Symbol.dispose](),
  };
}

/** Records batches in order from seq 1. */
function send(store: WritableStore, attempt: number, ...batches: readonly (readonly WorkerEvent[])[]): void {
  for (const [index, events] of batches.entries())
    expect(store.recordBatch({ attempt, seq: index + 1, at: 3000 + index, events })).toBe('recorded');
}

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

describe('a resumed stage', () => {
  const validation = (from: number, count: number) => pointsFrom('validation.clean', from, count);

  /** 20 steps with a checkpoint at 10, of which the first attempt made 16. */
  function disturbed(store: WritableStore, stage: StageKey): void {
    const first = leased(store, stage, 77);
    send(
      store,
      first,
      [{ kind: 'started' }, metric(pointsFrom('train.loss', 1, 6), validation(5, 1))],
      [metric(pointsFrom('train.loss', 7, 4), validation(10, 1)), checkpointAt(10)],
      [metric(pointsFrom('train.loss', 11, 6), validation(15, 1))],
    );
    expect(store.releaseLeases((pid) => pid !== 77, 5000)).toEqual([stage]);
    expect(store.stage(stage)).toMatchObject({ state: 'interrupted', checkpoint: { step: 10 } });
    const second = leased(store, stage);
    send(store, second, [
      { kind: 'started', resumedFromStep: 10 },
      metric(pointsFrom('train.loss', 11, 10), validation(15, 1), validation(20, 1)),
      finished(stage),
    ]);
    expect(store.attempt(second)!.resumedFromStep).toBe(10);
  }

  it('ends with the series and summaries of an undisturbed one, to the bit', () => {
    using broken = training();
    using whole = training();
    disturbed(broken.store, broken.stage);
    finish(whole.store, whole.stage, [
      metric(pointsFrom('train.loss', 1, 20), ...[5, 10, 15, 20].map((step) => validation(step, 1))),
    ]);
    for (const name of ['train.loss', 'validation.clean'])
      expect(broken.store.series(broken.stage, name)).toEqual(whole.store.series(whole.stage, name));
    expect(broken.store.summaries(broken.stage)).toEqual(whole.store.summaries(whole.stage));
  });

  it('cuts chunks as well as the tail', () => {
    using context = training();
    const { store, stage } = context;
    const first = leased(store, stage);
    send(store, first, [{ kind: 'started' }, metric(pointsFrom('train.loss', 0, 9000))]);
    store.releaseLeases(() => false, 5000);
    const second = leased(store, stage);
    send(store, second, [
      { kind: 'started', resumedFromStep: 5000 },
      metric(pointsFrom('train.loss', 5001, 4500)),
    ]);
    expect(store.series(stage, 'train.loss')).toEqual(pointsFrom('train.loss', 0, 9501));
    expect(store.series(stage, 'train.loss', { afterStep: 9498 })).toEqual(pointsFrom('train.loss', 9499, 2));
    expect(store.summaries(stage)[0]).toMatchObject({ count: 9501, lastStep: 9500 });
  });

  it('starts from nothing when it does not resume', () => {
    using context = training();
    const { store, stage } = context;
    send(store, leased(store, stage), [
      { kind: 'started' },
      metric(pointsFrom('train.loss', 0, 3000)),
      { kind: 'example-outcomes', outcomes: outcomesOf([1]) },
      checkpointAt(3),
    ]);
    store.releaseLeases(() => false, 5000);
    send(store, leased(store, stage), [{ kind: 'started' }]);
    expect(store.summaries(stage)).toEqual([]);
    expect(store.series(stage, 'train.loss').steps).toHaveLength(0);
    expect(store.outcomes(stage)).toBeUndefined();
    expect(store.checkpointOf(stage)).toBeUndefined();
  });

  it('keeps later points of an attempt that goes back within itself', () => {
    using context = training();
    const { store, stage } = context;
    send(store, leased(store, stage), [
      { kind: 'started' },
      metric(pointsFrom('train.loss', 0, 10)),
      metric({ name: 'train.loss', steps: Int32Array.of(8, 9), values: Float64Array.of(8.5, 9.5) }),
    ]);
    const { steps, values } = store.series(stage, 'train.loss');
    expect([...steps]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...values.slice(8)]).toEqual([8.5, 9.5]);
  });
});

describe('per-example outcomes', () => {
  it('read back as they were recorded', () => {
    using context = training();
    const { store, stage } = context;
    const outcomes = outcomesOf(Array.from({ length: 1000 }, (_, index) => index));
    send(store, leased(store, stage), [{ kind: 'started' }, { kind: 'example-outcomes', outcomes }]);
    expect(store.outcomes(stage)).toEqual(outcomes);
  });

  it('may come in parts, an example that comes again replacing what was there', () => {
    using context = training();
    const { store, stage } = context;
    const again = { ...outcomesOf([2]), attackedPredictions: Uint16Array.of(9) };
    send(
      store,
      leased(store, stage),
      [{ kind: 'started' }, { kind: 'example-outcomes', outcomes: outcomesOf([2, 3]) }],
      [{ kind: 'example-outcomes', outcomes: outcomesOf([0, 1]) }],
      [{ kind: 'example-outcomes', outcomes: again }],
    );
    const expected = outcomesOf([0, 1, 2, 3]);
    expected.attackedPredictions[2] = 9;
    expect(store.outcomes(stage)).toEqual(expected);
  });

  it('must have one element per example in every column', () => {
    using context = training();
    const { store, stage } = context;
    const outcomes = { ...outcomesOf([0, 1]), labels: Uint16Array.of(1) };
    const attempt = leased(store, stage);
    expect(() =>
      store.recordBatch({ attempt, seq: 1, at: 1, events: [{ kind: 'example-outcomes', outcomes }] }),
    ).toThrow('one labels element per example');
  });
});

describe('leaseStage', () => {
  it('gives a stage away once, and not before its inputs are done', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    expect(() => leased(store, keyOf(plan, 'pretrain'))).toThrow('waits for 1 of its inputs');
    leased(store, keyOf(plan, 'import'));
    expect(() => leased(store, keyOf(plan, 'import'))).toThrow('is running');
  });

  it('is held by living hosts and taken from dead ones', () => {
    using context = training();
    const { store, stage } = context;
    leased(store, stage, 7);
    expect(store.releaseLeases((pid) => pid === 7, 5000)).toEqual([]);
    expect(store.stateOf(stage)).toBe('running');
    expect(store.releaseLeases(() => false, 5000)).toEqual([stage]);
    expect(store.stage(stage)).toMatchObject({ state: 'interrupted', failure: { kind: 'interrupted' } });
  });
});

describe('pendingStages', () => {
  it('lists what is not done in the order of the plan, with what each waits for', () => {
    using context = training();
    const { store, stage } = context;
    const pending = store.pendingStages();
    expect(pending.map((each) => each.key)).toEqual(
      store.stagesOfStudy(1).flatMap((each) => (each.state === 'done' ? [] : [each.key])),
    );
    expect(pending[0]).toMatchObject({
      key: stage,
      kind: 'pretrain',
      state: 'queued',
      study: { id: 1, name: 'Small' },
      runCount: 3,
      inputs: [{ role: 'data', label: 'import glyphs', state: 'done' }],
    });
  });

  it('are ready once queued or interrupted with every input done', () => {
    using context = training();
    const { store, stage } = context;
    const ready = () => store.readyStages().map((each) => each.key);
    expect(ready()).toEqual(
      store.pendingStages().flatMap((each) => (each.kind === 'pretrain' ? [each.key] : [])),
    );
    leased(store, stage);
    expect(ready()).not.toContain(stage);
    store.releaseLeases(() => false, 1);
    expect(ready()).toContain(stage);
    finish(store, stage);
    expect(
      store.readyStages().filter((each) => each.inputs.some((input) => input.key === stage)),
    ).toHaveLength(3);
  });

  it('takes the highest priority of the studies that want a stage', () => {
    using context = training();
    const { store, stage } = context;
    store.setPriority(1, 5);
    expect(store.pendingStages().find((each) => each.key === stage)!.priority).toBe(5);
  });

  it('leaves out what was cancelled, and what no study wants any more', () => {
    using context = training();
    const { store, stage } = context;
    expect(store.cancelStages([stage])).toEqual([stage]);
    expect(store.pendingStages().map((each) => each.key)).not.toContain(stage);
    store.removeStudy(1);
    expect(store.pendingStages()).toEqual([]);
  });
});
