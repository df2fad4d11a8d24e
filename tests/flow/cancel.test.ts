import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '#host/farm/worker/processes.ts';
import { curveOf, layFloor, statesOf, undisturbedCurve, until, type Floor } from './floor.ts';

let floor: Floor;
afterEach(() => floor.close());

const long = { steps: 10_000, stepMs: 2, checkpointEvery: 5 };
const isUnderway = (stage: string) => () => (floor.store.checkpointOf(stage)?.step ?? 0) >= 10;

describe('cancelling', () => {
  it('a queued stage keeps it and what needs it from beginning', async () => {
    floor = layFloor();
    const [, pretrain, prune] = floor.stages;
    const farm = await floor.start();
    farm.cancel([prune]);
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'done', 'cancelled', 'queued']);
    expect(floor.store.attemptsOf(prune)).toEqual([]);
    expect(
      floor
        .trace()
        .filter(({ what }) => what === 'start')
        .at(-1)?.stage,
    ).toBe(pretrain);
  });

  it('a running stage leaves a checkpoint, from which a retry goes on', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { ...long, steps: 300 } });
    const farm = await floor.start();
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    farm.cancel([pretrain]);
    expect(floor.store.stateOf(pretrain)).toBe('stopping');
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'cancelled', 'queued', 'queued']);
    const stoppedAt = floor.store.checkpointOf(pretrain)?.step;
    expect(stoppedAt).toBe(curveOf(floor.store, pretrain).length);
    farm.retry([pretrain]);
    await farm.idle();
    expect(floor.store.attemptsOf(pretrain)).toMatchObject([
      { state: 'cancelled', end: { kind: 'cancelled' } },
      { state: 'done', resumedFromStep: stoppedAt },
    ]);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain, 300));
  });

  it('keeps the worker for the next stage', async () => {
    floor = layFloor([0, 1]);
    const [data, pretrain] = floor.stages;
    floor.behave({ [pretrain]: long });
    const farm = await floor.start();
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    farm.cancel([pretrain]);
    await farm.idle();
    expect(floor.store.stateOf(data)).toBe('done');
    expect(new Set(floor.trace().map(({ pid }) => pid)).size).toBe(1);
  });

  it('a stage that ignores it ends by a kill after the time of grace', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { ...long, ignoresStop: true } });
    const farm = await floor.start();
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    const pid = farm.view().slots[0]?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    farm.cancel([pretrain]);
    farm.cancel([pretrain]);
    await farm.idle();
    expect(isAlive(pid)).toBe(false);
    expect(floor.store.attemptsOf(pretrain)).toMatchObject([{ state: 'cancelled' }]);
    expect(floor.store.checkpointOf(pretrain)?.step).toBeGreaterThanOrEqual(10);
  });

  it('a stage whose worker is still starting ends it without a start', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    const farm = await floor.start();
    expect(farm.view().slots[0]?.state).toBe('starting');
    farm.cancel([data]);
    await farm.idle();
    expect(statesOf(floor)).toEqual(['cancelled', 'queued', 'queued', 'queued']);
    farm.retry([data]);
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'done', 'done', 'done']);
    expect(floor.trace().filter(({ what, stage }) => what === 'start' && stage === data)).toHaveLength(1);
  });

  it('the whole study at once begins none of its stages in the slot that becomes free', async () => {
    floor = layFloor([0, 1, 2]);
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: long });
    const farm = await floor.start();
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    farm.cancel(floor.allStages);
    await farm.idle();
    expect(statesOf(floor, floor.allStages)).toEqual([
      'done',
      ...Array.from({ length: floor.allStages.length - 1 }, () => 'cancelled'),
    ]);
  });
});
