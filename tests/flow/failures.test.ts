import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mishap } from './fake-behaviour.ts';
import { curveOf, layFloor, quickTiming, statesOf, undisturbedCurve, until, type Floor } from './floor.ts';

let floor: Floor;
afterEach(() => floor.close());

const always = 1000;
const kindsOf = (stage: string) => floor.store.attemptsOf(stage).map(({ end }) => end?.kind);

describe('a stage that fails', () => {
  it('is tried twice more when its worker dies, and what follows waits for it', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { mishap: { step: 3, what: 'exit-with-code', times: always } } });
    const farm = await floor.start();
    await farm.idle();
    expect(kindsOf(pretrain)).toEqual(['worker-died', 'worker-died', 'worker-died']);
    expect(statesOf(floor)).toEqual(['done', 'failed', 'queued', 'queued']);
    const [failed, prune] = farm.view().queue;
    expect(failed?.failure?.message).toContain('exit code 3');
    expect(prune?.waitingFor).toEqual([`${failed?.label} (failed)`]);
  });

  it('keeps what its worker said last', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    floor.behave({ [data]: { mishap: { step: 1, what: 'exit-with-code', times: 1 } } });
    const farm = await floor.start();
    await farm.idle();
    const lines = floor.store.log(floor.store.attemptsOf(data)[0]!.id);
    expect(lines[0]).toMatchObject({ level: 'warning', text: 'The fake worker leaves with code 3.' });
    expect(lines.at(-1)).toMatchObject({ level: 'error' });
  });

  it('goes on from its last checkpoint when a person retries it, with its automatic retries restored', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { mishap: { step: 3, what: 'exit-with-code', times: 5 } } });
    const farm = await floor.start();
    await farm.idle();
    farm.retry([pretrain]);
    await farm.idle();
    expect(statesOf(floor)).toEqual(['done', 'done', 'done', 'done']);
    expect(floor.store.attemptsOf(pretrain).map(({ resumedFromStep }) => resumedFromStep)).toEqual([
      undefined,
      2,
      2,
      2,
      2,
      2,
    ]);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain));
  });

  it.each<[Mishap, readonly string[]]>([
    ['abort', ['out-of-memory', 'out-of-memory']],
    ['fail-for-memory', ['out-of-memory', 'out-of-memory']],
    ['diverge', ['diverged']],
    ['send-nonsense', ['defect']],
  ])('by way of "%s" is tried and classified as %j', async (what, kinds) => {
    floor = layFloor();
    const [data] = floor.stages;
    floor.behave({ [data]: { mishap: { step: 2, what, times: always } } });
    const farm = await floor.start();
    await farm.idle();
    expect(kindsOf(data)).toEqual(kinds);
    expect(statesOf(floor)).toEqual(['failed', 'queued', 'queued', 'queued']);
  });

  it('for want of memory for its heap is classified so, and the host lives', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    floor.behave({ [data]: { mishap: { step: 2, what: 'exhaust-heap', times: 1 } } });
    const farm = await floor.start({ workerExecArgv: ['--max-old-space-size=40'] });
    await farm.idle();
    expect(kindsOf(data)).toEqual(['out-of-memory', undefined]);
    expect(statesOf(floor)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('says which result is missing when the result of an input was removed', async () => {
    floor = layFloor();
    const [data, pretrain] = floor.stages;
    const farm = await floor.start();
    farm.pause();
    await until(() => floor.store.stateOf(data) === 'done', 'the import was done');
    rmSync(floor.workspace.resolve(floor.store.artifactOf(data)!.file!));
    farm.resume();
    await farm.idle();
    expect(kindsOf(pretrain)).toEqual(['bad-input']);
    expect(floor.store.stage(pretrain)?.failure?.message).toContain('result.json is missing');
  });

  it('names the time when the worker never becomes ready', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    const workerEntry = join(floor.workspace.folder, 'silent.mjs');
    writeFileSync(workerEntry, 'setInterval(() => {}, 1000);');
    const farm = await floor.start({ workerEntry, timing: { ...quickTiming, readyMs: 150 } });
    await farm.idle();
    expect(kindsOf(data)).toEqual(['worker-died', 'worker-died', 'worker-died']);
    expect(floor.store.stage(data)?.failure?.message).toContain('not ready within 0.15 s');
  });

  it('says so when the worker cannot even be loaded', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    const farm = await floor.start({ workerEntry: join(floor.workspace.folder, 'absent.mjs') });
    await farm.idle();
    expect(kindsOf(data)).toEqual(['worker-died', 'worker-died', 'worker-died']);
    const last = floor.store.log(floor.store.attemptsOf(data).at(-1)!.id);
    expect(last.map(({ text }) => text).join('\n')).toContain('Cannot find module');
  });
});

describe('a checkpoint that is not as recorded', () => {
  it.each<[string, (file: string) => void, string]>([
    ['changed', (file) => writeFileSync(file, 'something else'), 'its sha256 differs'],
    ['removed', (file) => rmSync(file), 'is missing'],
  ])('because it was %s makes its stage start over, and the log says so', async (_, disturb, words) => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { mishap: { step: 5, what: 'diverge', times: 1 } } });
    const farm = await floor.start();
    await farm.idle();
    disturb(floor.workspace.resolve(floor.store.checkpointOf(pretrain)!.path));
    farm.retry([pretrain]);
    await farm.idle();
    const second = floor.store.attemptsOf(pretrain)[1]!;
    expect(second).toMatchObject({ state: 'done', resumedFromStep: undefined });
    expect(floor.store.log(second.id)[0]?.text).toContain(words);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain));
  });
});
