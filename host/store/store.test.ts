import { describe, expect, expectTypeOf, it } from 'vitest';
import { openStoreForReading } from './open-store.ts';
import { finish, keyOf, leased, submitted, temporaryStore, smallStudy } from '../../tests/fixture/stores.ts';
import type { ReadableStore, WritableStore } from './store.ts';

describe('submitStudy', () => {
  it('keeps every run with its path and every stage once', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { id, plan } = submitted(store);
    expect(store.runsOf(id).map(({ key, name, seed, settings }) => ({ key, name, seed, settings }))).toEqual(
      plan.runs.map(({ key, name, seed, settings }) => ({ key, name, seed, settings })),
    );
    expect(store.runsOf(id).map((run) => run.stages)).toEqual(
      plan.runs.map((run) => run.stages.map((stage) => stage.key)),
    );
    expect(store.stagesOfStudy(id).map(({ key, recipe }) => ({ key, recipe }))).toEqual(
      plan.stages.map(({ key, recipe }) => ({ key, recipe })),
    );
    expect(store.study(id)).toMatchObject({ name: 'Small', runs: { queued: 6 }, stages: { queued: 13 } });
  });

  it('is the same study when the same text comes again, and goes on where it stood', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { id, plan } = submitted(store);
    const data = keyOf(plan, 'import');
    finish(store, data);
    store.cancelStages([keyOf(plan, 'pretrain')]);
    expect(submitted(store).id).toBe(id);
    expect(store.studies()).toHaveLength(1);
    expect(store.stateOf(data)).toBe('done');
    expect(store.stateOf(keyOf(plan, 'pretrain'))).toBe('queued');
  });

  it('reuses what another study has done', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    finish(store, keyOf(plan, 'import'));
    finish(store, keyOf(plan, 'pretrain'));
    const second = submitted(store, smallStudy.replace('Small', 'Second').replace('0.05', '0.2'));
    expect(second.id).not.toBe(1);
    expect(store.study(second.id)!.stages).toMatchObject({ done: 2 });
    expect(store.run(plan.runs[0]!.key)!.studies.map((study) => study.name)).toEqual(['Small', 'Second']);
    expect(store.doneStages(second.plan.stages.map((stage) => stage.key)).size).toBe(2);
  });

  it('leaves nothing behind when it fails half-way', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    const broken = { ...plan, stages: plan.stages.slice(0, -1) };
    expect(() =>
      store.submitStudy({ name: 'Broken', description: '', yaml: 'x', plan: broken, at: 1 }),
    ).toThrow('used before it is planned');
    expect(store.studies()).toHaveLength(1);
  });
});

describe('runs', () => {
  it('has the state that its stages make, and the last value of every metric of its path', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    finish(store, keyOf(plan, 'import'));
    finish(store, keyOf(plan, 'pretrain'), [
      {
        kind: 'metric',
        points: [{ name: 'train.loss', steps: Int32Array.of(1, 2), values: Float64Array.of(0.9, 0.4) }],
      },
    ]);
    leased(store, keyOf(plan, 'evaluate'));
    const [dense, other] = store.runs();
    expect(dense).toMatchObject({ state: 'running', metrics: { 'train.loss': 0.4 }, finishedAt: undefined });
    expect(other).toMatchObject({ seed: 1, state: 'queued', metrics: {} });
  });

  it('takes a metric of several stages from the last of them', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    const clean = (value: number) => [
      {
        kind: 'metric' as const,
        points: [{ name: 'clean', steps: Int32Array.of(0), values: Float64Array.of(value) }],
      },
    ];
    finish(store, keyOf(plan, 'import'));
    finish(store, keyOf(plan, 'pretrain'), clean(0.5));
    finish(store, keyOf(plan, 'evaluate'), clean(0.7));
    expect(store.runs()[0]).toMatchObject({ state: 'done', metrics: { clean: 0.7 }, finishedAt: 4000 });
  });
});

describe('removeStudy', () => {
  it('takes the runs and stages that no other study wants, and leaves the rest', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { id, plan } = submitted(store);
    const second = submitted(store, smallStudy.replace('Small', 'Second').replace(', 0.05', ''));
    finish(store, keyOf(plan, 'import'));
    const removed = store.removeStudy(id);
    expect(removed.kind).toBe('removed');
    const kept = new Set(second.plan.stages.map((stage) => stage.key));
    expect(new Set(removed.stages)).toEqual(
      new Set(plan.stages.map((stage) => stage.key).filter((key) => !kept.has(key))),
    );
    expect(store.runs().map((run) => run.key)).toEqual(second.plan.runs.map((run) => run.key));
    expect(store.stateOf(keyOf(plan, 'import'))).toBe('done');
    expect(store.removeStudy(second.id).kind).toBe('removed');
    expect(store.runs()).toEqual([]);
    expect(store.stateOf(keyOf(plan, 'import'))).toBeUndefined();
  });

  it('refuses while a stage of it alone is running', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { id, plan } = submitted(store);
    leased(store, keyOf(plan, 'import'));
    expect(store.removeStudy(id)).toEqual({ kind: 'running', stages: [keyOf(plan, 'import')] });
    expect(store.studies()).toHaveLength(1);
  });
});

describe('claimHost', () => {
  it('gives the workspace to one living host at a time', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const alive = () => true;
    const dead = () => false;
    expect(store.claimHost({ pid: 4, at: 1 }, alive)).toEqual({ kind: 'claimed' });
    expect(store.claimHost({ pid: 5, at: 2 }, alive)).toEqual({ kind: 'taken', pid: 4 });
    expect(store.claimHost({ pid: 4, at: 2 }, alive)).toEqual({ kind: 'claimed' });
    expect(store.claimHost({ pid: 5, at: 3 }, dead)).toEqual({ kind: 'claimed' });
    store.releaseHost(4);
    expect(store.hostClaim()).toEqual({ pid: 5, at: 3 });
    store.releaseHost(5);
    expect(store.hostClaim()).toBeUndefined();
  });

  it('remembers whether the farm is paused', () => {
    using temporary = temporaryStore();
    expect(temporary.store.isFarmPaused()).toBe(false);
    temporary.store.setFarmPaused(true);
    expect(temporary.store.isFarmPaused()).toBe(true);
  });
});

describe('ReadableStore', () => {
  it('offers nothing that writes, in its type or in fact', () => {
    expectTypeOf<ReadableStore>().not.toHaveProperty('recordBatch');
    expectTypeOf<ReadableStore>().not.toHaveProperty('submitStudy');
    expectTypeOf<ReadableStore>().not.toExtend<WritableStore>();
    using temporary = temporaryStore();
    const { plan } = submitted(temporary.store);
    const reader = openStoreForReading(temporary.file);
    expect(
      Object.keys(reader).filter((name) => /^(?:record|submit|claim|remove|lease|set|end)/.test(name)),
    ).toEqual([]);
    expect(reader.runs()).toHaveLength(plan.runs.length);
    reader.close();
  });
});

describe('measuredSpeeds', () => {
  it('is the work of done stages over the seconds of all their attempts', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    expect(store.measuredSpeeds()).toEqual({});
    finish(store, keyOf(plan, 'import'));
    const { work } = plan.stages[0]!;
    expect(store.measuredSpeeds()).toEqual({ import: work / 2 });
  });
});
