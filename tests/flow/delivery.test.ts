import { afterEach, describe, expect, it } from 'vitest';
import { StoreFullError } from '#host/store/store-full-error.ts';
import type { WritableStore } from '#host/store/store.ts';
import { curveOf, layFloor, statesOf, undisturbedCurve, until, type Floor } from './floor.ts';

let floor: Floor;
afterEach(() => floor.close());

const allDone = ['done', 'done', 'done', 'done'];

describe('batches between worker and host', () => {
  it('are recorded once when each is sent twice', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { sendsTwice: true } });
    const farm = await floor.start();
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain));
  });

  it('are recorded once when acknowledgements get lost and the worker sends again', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { lostAcks: 9 } });
    const farm = await floor.start();
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain));
    expect(floor.store.attemptsOf(pretrain)).toHaveLength(1);
    const heard = () => floor.trace().some(({ what, stage }) => what === 'finish' && stage === pretrain);
    await until(heard, 'the worker got an acknowledgement for everything');
  });

  it('leave nothing behind when the worker dies in the middle of one', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { mishap: { step: 4, what: 'die-within-a-batch', times: 1 } } });
    const farm = await floor.start();
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    expect(floor.store.summaries(pretrain).map(({ name }) => name)).toEqual(['train.loss']);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain));
    expect(floor.store.attemptsOf(pretrain)).toMatchObject([
      { state: 'failed', end: { kind: 'worker-died' } },
      { state: 'done', resumedFromStep: 2 },
    ]);
  });

  it('wait in the worker while the disk is full, and are recorded when there is room', async () => {
    floor = layFloor();
    const disk = fullDisk(floor.store);
    const warnings: string[] = [];
    const farm = await floor.start({ store: disk.store, warn: (text) => warnings.push(text) });
    const [, pretrain] = floor.stages;
    await until(() => (floor.store.attemptsOf(pretrain)[0]?.throughSeq ?? 0) > 1, 'the work had begun');
    disk.isFull = true;
    await until(() => disk.refusals > 20, 'many writes were refused');
    disk.isFull = false;
    await farm.idle();
    expect(warnings).toHaveLength(1);
    expect(statesOf(floor)).toEqual(allDone);
    for (const stage of floor.stages) expect(curveOf(floor.store, stage)).toEqual(undisturbedCurve(stage));
  });

  it('keep their place behind an end that the full disk kept back', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { mishap: { step: 4, what: 'exit-with-code', times: 1 }, stepMs: 10 } });
    const disk = fullDisk(floor.store);
    const farm = await floor.start({ store: disk.store, warn: () => undefined });
    await until(() => floor.store.checkpointOf(pretrain)?.step === 2, 'a checkpoint was recorded');
    disk.isFull = true;
    await until(() => farm.view().slots[0]?.pid === undefined, 'the worker died');
    expect(floor.store.stateOf(pretrain)).toBe('running');
    disk.isFull = false;
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    expect(floor.store.attemptsOf(pretrain).map(({ state }) => state)).toEqual(['failed', 'done']);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain));
  });

  it('that the store refuses end the attempt as a defect, and the host lives', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    const recordBatch: WritableStore['recordBatch'] = (batch) => {
      if (batch.seq === 3) throw new RangeError('Steps must rise.');
      return floor.store.recordBatch(batch);
    };
    const farm = await floor.start({ store: { ...floor.store, recordBatch } });
    await farm.idle();
    expect(statesOf(floor)).toEqual(['failed', 'queued', 'queued', 'queued']);
    const [attempt] = floor.store.attemptsOf(data);
    expect(attempt?.end?.kind).toBe('defect');
    expect(floor.store.log(attempt!.id)[0]?.text).toContain('Steps must rise.');
  });
});

type FullDisk = { isFull: boolean; refusals: number; readonly store: WritableStore };

/** A store whose writes of the farm fail, all or none, as on a full disk. */
function fullDisk(store: WritableStore): FullDisk {
  const unlessFull =
    <Args extends unknown[], Answer>(write: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      if (!disk.isFull) return write(...args);
      disk.refusals++;
      throw new StoreFullError('redoubt.sqlite');
    };
  const disk: FullDisk = {
    isFull: false,
    refusals: 0,
    store: {
      ...store,
      leaseStage: unlessFull(store.leaseStage),
      recordWorker: unlessFull(store.recordWorker),
      recordBatch: unlessFull(store.recordBatch),
      recordLog: unlessFull(store.recordLog),
      endAttempt: unlessFull(store.endAttempt),
      markStopping: unlessFull(store.markStopping),
    },
  };
  return disk;
}
