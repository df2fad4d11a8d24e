import { describe, expect, it } from 'vitest';
import type { StageKey } from '#contract/stage.ts';
import {
  checkpointAt,
  finish,
  finished,
  leased,
  metric,
  outcomesOf,
  pointsFrom,
  send,
  training,
} from '../../tests/fixture/stores.ts';
import type { WritableStore } from './store.ts';

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

  it('shows nothing after its checkpoint from the moment that it goes on', () => {
    using context = training();
    const { store, stage } = context;
    send(store, leased(store, stage), [
      { kind: 'started' },
      metric(pointsFrom('train.loss', 1, 16), validation(15, 1)),
      checkpointAt(10),
    ]);
    store.releaseLeases(() => false, 5000);
    send(store, leased(store, stage), [{ kind: 'started', resumedFromStep: 10 }]);
    expect(store.series(stage, 'train.loss')).toEqual(pointsFrom('train.loss', 1, 10));
    expect(store.summaries(stage).map(({ name, lastStep }) => [name, lastStep])).toEqual([
      ['train.loss', 10],
    ]);
    expect(store.checkpointOf(stage)?.step).toBe(10);
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
