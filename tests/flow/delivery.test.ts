import { afterEach, describe, expect, it } from 'vitest';
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
});
