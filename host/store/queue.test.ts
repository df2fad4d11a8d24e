import { describe, expect, it } from 'vitest';
import { finish, keyOf, leased, submitted, temporaryStore, training } from '../../tests/fixture/stores.ts';

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
