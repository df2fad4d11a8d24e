import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '#host/farm/worker/processes.ts';
import { WorkspaceTakenError } from '#host/farm/workspace-taken-error.ts';
import type { StageKey } from '#contract/stage.ts';
import { tellMixedEngines } from '#host/reports/views/mixed-engines.ts';
import { curveOf, layFloor, processorWith, statesOf, undisturbedCurve, until, type Floor } from './floor.ts';

let floor: Floor;
const hosts: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(kill));
  await floor.close();
});

const hostScript = fileURLToPath(new URL('host.ts', import.meta.url));
function startHost(env: Readonly<Record<string, string>> = {}): ChildProcess {
  const host = fork(hostScript, [floor.workspace.folder], {
    execPath: process.execPath,
    execArgv: [],
    env: { ...process.env, ...env },
  });
  hosts.push(host);
  return host;
}
async function kill(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return;
  host.kill('SIGKILL');
  await once(host, 'exit');
}

const allDone = ['done', 'done', 'done', 'done'];
const steps = 400;
const long = { steps, stepMs: 2, checkpointEvery: 7 };
const isUnderway = (stage: string) => () => (floor.store.checkpointOf(stage)?.step ?? 0) >= 14;

describe('a host that is killed with a live lease', () => {
  it('is followed by one that goes on from the last recorded checkpoint', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: long });
    const first = startHost();
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    await kill(first);
    const recorded = floor.store.checkpointOf(pretrain)?.step;
    expect(floor.store.stateOf(pretrain)).toBe('running');
    const farm = await floor.start();
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    expect(floor.store.attemptsOf(pretrain)).toMatchObject([
      { state: 'interrupted', end: { kind: 'interrupted' }, hostPid: first.pid },
      { state: 'done', resumedFromStep: recorded, hostPid: process.pid },
    ]);
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain, steps));
  });

  it('ends with the same curves when it is killed again and again at any moment', async () => {
    floor = layFloor();
    floor.behave(Object.fromEntries(floor.stages.map((stage) => [stage, { ...long, steps: 120 }])));
    for (const delayMs of [150, 260, 410, 330, 540]) {
      const host = startHost();
      await until(() => floor.store.hostClaim()?.pid === host.pid, 'the host claimed the workspace');
      await sleep(delayMs);
      await kill(host);
    }
    const farm = await floor.start();
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    for (const stage of floor.stages)
      expect(curveOf(floor.store, stage)).toEqual(undisturbedCurve(stage, 120));
  });

  it.runIf(process.platform === 'linux')('leaves no worker that outlives the next start', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: long });
    const first = startHost({ FAKE_WORKER_SURVIVES: '1' });
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    const pid = floor.store.attemptsOf(pretrain)[0]?.workerPid ?? 0;
    await kill(first);
    await sleep(50);
    expect(isAlive(pid)).toBe(true);
    const farm = await floor.start();
    expect(isAlive(pid)).toBe(false);
    await farm.idle();
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain, steps));
  });
});

describe('a workspace', () => {
  it('has one host at a time', async () => {
    floor = layFloor();
    const [data] = floor.stages;
    floor.behave({ [data]: long });
    const host = startHost();
    await until(isUnderway(data), 'the host was at work');
    await expect(floor.start()).rejects.toThrow(WorkspaceTakenError);
    await expect(floor.start()).rejects.toThrow(String(host.pid));
    expect(floor.store.attemptsOf(data)).toHaveLength(1);
  });
});

describe('a host that is stopped', () => {
  it('softly leaves its stage interrupted at a checkpoint, and the next goes on by itself', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: long });
    const first = await floor.start();
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    const idle = first.idle();
    await first.stop({ soft: true });
    await idle;
    expect(statesOf(floor)).toEqual(['done', 'interrupted', 'queued', 'queued']);
    expect(floor.store.hostClaim()).toBeUndefined();
    const stoppedAt = floor.store.checkpointOf(pretrain)?.step;
    expect(stoppedAt).toBe(curveOf(floor.store, pretrain).length);
    const second = await floor.start();
    await second.idle();
    expect(floor.store.attemptsOf(pretrain)[1]).toMatchObject({ state: 'done', resumedFromStep: stoppedAt });
    expect(curveOf(floor.store, pretrain)).toEqual(undisturbedCurve(pretrain, steps));
  });

  it('hard after softly does not wait for a worker that ignores it', async () => {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: { ...long, ignoresStop: true } });
    const farm = await floor.start({ timing: { graceMs: 1_000_000 } });
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    const pid = farm.view().slots[0]?.pid ?? 0;
    const softly = farm.stop({ soft: true });
    await farm.stop({ soft: false });
    await softly;
    expect(isAlive(pid)).toBe(false);
    expect(floor.store.stateOf(pretrain)).toBe('interrupted');
  });
});

describe('a stage that was interrupted on one engine', () => {
  const enginesOf = (stage: StageKey) =>
    floor.store.attemptsOf(stage).map(({ environment }) => environment?.engine);

  async function interruptedOnWasm(): Promise<StageKey> {
    floor = layFloor();
    const [, pretrain] = floor.stages;
    floor.behave({ [pretrain]: long });
    const first = await floor.start({ devices: [processorWith(1, ['wasm'])] });
    await until(isUnderway(pretrain), 'a checkpoint was recorded');
    await first.stop({ soft: true });
    expect(floor.store.checkpointOf(pretrain)?.engine).toBe('wasm');
    return pretrain;
  }

  it('goes on with that engine where the device has it, and later stages take the preferred one', async () => {
    const pretrain = await interruptedOnWasm();
    const farm = await floor.start({ devices: [processorWith(1, ['onnx', 'wasm'])] });
    await farm.idle();
    expect(statesOf(floor)).toEqual(allDone);
    expect(enginesOf(pretrain)).toEqual(['wasm', 'wasm']);
    expect(floor.store.stage(pretrain)?.engines).toEqual(['wasm']);
    const [, , ...later] = floor.stages;
    expect(later.map(enginesOf)).toEqual([['onnx'], ['onnx']]);
  });

  it('goes on with another where it must, which its record and the warnings of its run tell', async () => {
    const pretrain = await interruptedOnWasm();
    const farm = await floor.start({ devices: [processorWith(1, ['onnx'])] });
    await farm.idle();
    expect(enginesOf(pretrain)).toEqual(['wasm', 'onnx']);
    expect(floor.store.stage(pretrain)?.engines).toEqual(['wasm', 'onnx']);
    expect(tellMixedEngines(floor.store.stagesOfStudy(1))).toEqual([
      expect.stringMatching(/interrupted.*wasm.*onnx/),
    ]);
  });
});
