import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '#host/farm/worker/processes.ts';
import type { Notice } from '#contract/views.ts';
import { curveOf, layFloor, statesOf, undisturbedCurve, until, type Floor } from './floor.ts';

let floor: Floor;
afterEach(() => floor.close());

const seeds = [0, 1, 2];

describe('a farm whose workers do as they are told', () => {
  it('executes every stage once, in the order of its inputs', async () => {
    floor = layFloor(seeds);
    const farm = await floor.start({ slots: 2 });
    await farm.idle();
    expect(statesOf(floor, floor.allStages)).toEqual(floor.allStages.map(() => 'done'));
    const trace = floor.trace();
    expect(trace.filter(({ what }) => what === 'start').map(({ stage }) => stage)).toHaveLength(
      floor.allStages.length,
    );
    const places = floor.stages.map((stage) =>
      trace.findIndex((entry) => entry.what === 'finish' && entry.stage === stage),
    );
    expect(places).toEqual([...places].sort((left, right) => left - right));
  });

  it('uses no more processes than slots', async () => {
    floor = layFloor(seeds);
    const farm = await floor.start({ slots: 2 });
    await farm.idle();
    expect(new Set(floor.trace().map(({ pid }) => pid)).size).toBe(2);
  });

  it('lets an idle worker go after a while and starts another when there is work', async () => {
    floor = layFloor();
    const farm = await floor.start({ timing: { idleMs: 20 } });
    const [, pretrain, prune, evaluate] = floor.stages;
    farm.cancel([pretrain, prune, evaluate]);
    await farm.idle();
    const first = farm.view().slots[0]?.pid ?? 0;
    await until(() => !isAlive(first), 'the idle worker had left');
    expect(farm.view().slots[0]).toMatchObject({ state: 'idle', pid: undefined });
    farm.retry([pretrain, prune, evaluate]);
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('leaves no checkpoint of a stage that is done', async () => {
    floor = layFloor();
    const farm = await floor.start();
    await farm.idle();
    const namesOf = (stage: string) => readdirSync(floor.workspace.stageFolder(stage));
    await until(() => floor.stages.every((stage) => namesOf(stage).length === 1), 'only results were left');
    expect(floor.stages.map(namesOf)).toEqual(floor.stages.map(() => ['result.json']));
  });

  it('records every point, and hands each stage the results of its inputs', async () => {
    floor = layFloor();
    const farm = await floor.start();
    await farm.idle();
    const [data, pretrain] = floor.stages;
    for (const stage of floor.stages) expect(curveOf(floor.store, stage)).toEqual(undisturbedCurve(stage));
    const hashOf = (file: string) =>
      createHash('sha256')
        .update(readFileSync(floor.workspace.resolve(file)))
        .digest('hex');
    const artifact = floor.store.artifactOf(pretrain);
    const result = JSON.parse(readFileSync(floor.workspace.resolve(artifact?.file ?? ''), 'utf8')) as unknown;
    expect(result).toEqual({
      stage: pretrain,
      inputs: [['data', hashOf(floor.store.artifactOf(data)?.file ?? '')]],
    });
    expect(floor.store.attemptsOf(pretrain)[0]).toMatchObject({
      environment: { engineVersion: 'fake', device: 'cpu' },
      workerPid: floor.trace()[0]?.pid,
      slot: 'cpu:0',
    });
  });

  it('shows what is running with its progress, process and memory, and what waits for what', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    floor.behave({ [data]: { steps: 10_000, stepMs: 2 } });
    const farm = await floor.start();
    await until(() => (farm.view().slots[0]?.progress?.perSecond ?? 0) > 0, 'a rate was measured');
    const { slots, queue, recent } = farm.view();
    expect(slots[0]).toMatchObject({ id: 'cpu:0', state: 'running', stage: { stage: data } });
    expect(slots[0]?.progress).toMatchObject({ total: 10_000, unit: 'examples' });
    expect(slots[0]?.progress?.secondsLeft).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(slots[0]?.memoryBytes).toBeGreaterThan(10 * 2 ** 20);
    expect(queue.map(({ state }) => state)).toEqual(['running', 'queued', 'queued', 'queued']);
    expect(queue[1]?.waitingFor).toEqual([queue[0]?.label]);
    expect(recent).toMatchObject([{ stage: data, state: 'running' }]);
  });

  it('begins what is submitted to a farm that had nothing to do', async () => {
    floor = layFloor();
    const farm = await floor.start();
    farm.cancel(floor.allStages);
    await farm.idle();
    farm.retry(floor.allStages);
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('begins nothing while it is paused, finishes what is running, and goes on when resumed', async () => {
    floor = layFloor();
    const [data, pretrain] = floor.stages;
    const farm = await floor.start();
    farm.pause();
    await until(() => floor.store.stateOf(data) === 'done', 'the running stage finished');
    expect(farm.view()).toMatchObject({ paused: true, slots: [{ state: 'paused' }] });
    expect(floor.store.attemptsOf(pretrain)).toEqual([]);
    farm.resume();
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'done', 'done', 'done']);
  });
});

describe('two watchers', () => {
  it('see the same notices in the same order, each only after it was recorded', async () => {
    floor = layFloor(seeds);
    const farm = await floor.start({ slots: 2 });
    const seen: [Notice[], Notice[]] = [[], []];
    farm.subscribe((notice) => {
      if (notice.kind === 'stage') expect(floor.store.stateOf(notice.stage)).toBe(notice.state);
      seen[0].push(notice);
    });
    farm.subscribe((notice) => seen[1].push(notice));
    await farm.idle();
    expect(seen[1]).toEqual(seen[0]);
    const done = seen[0].filter((notice) => notice.kind === 'stage' && notice.state === 'done');
    expect(done).toHaveLength(floor.allStages.length);
    expect(seen[0].filter((notice) => notice.kind === 'metrics').length).toBeGreaterThan(6 * 9);
  });

  it('go apart: one that leaves hears nothing more, the other hears everything', async () => {
    floor = layFloor();
    const farm = await floor.start();
    let early = 0;
    let all = 0;
    const leave = farm.subscribe(() => {
      early++;
      leave();
    });
    farm.subscribe(() => {
      all++;
    });
    await farm.idle();
    expect(early).toBe(1);
    expect(all).toBeGreaterThan(10);
  });
});
