import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Device, EngineKind } from '#contract/device.ts';
import type { StageKey } from '#contract/stage.ts';
import type { FarmOptions } from '#host/farm/farm-options.ts';
import { startFarm, type Farm } from '#host/farm/farm.ts';
import type { Timing } from '#host/farm/timing.ts';
import { openStore } from '#host/store/open-store.ts';
import type { WritableStore } from '#host/store/store.ts';
import { openWorkspace, type Workspace } from '#host/workspace.ts';
import {
  behavioursFile,
  curveValue,
  traceFile,
  type FakeBehaviours,
  type TraceEntry,
} from './fake-behaviour.ts';
import { chainPlan } from './plans.ts';

export const fakeWorker = fileURLToPath(new URL('fake-worker.ts', import.meta.url));

/** Short, so that tests wait for nothing but what they test. */
export const quickTiming: Timing = {
  graceMs: 300,
  readyMs: 60_000,
  exitMs: 1000,
  idleMs: 60_000,
  pollMs: 200,
};

export const processorWith = (slots: number, engines: readonly EngineKind[] = ['wasm']): Device => ({
  id: 'cpu',
  kind: 'cpu',
  name: 'Test processor',
  engine: engines[0]!,
  otherEngines: engines.slice(1),
  slots,
  availability: { kind: 'available' },
});

/** A workspace of its own with a submitted study, and the farms that worked on it. */
export type Floor = {
  readonly workspace: Workspace;
  readonly store: WritableStore;
  /** Import, pretrain, prune and evaluate of the first seed. */
  readonly stages: readonly [StageKey, StageKey, StageKey, StageKey];
  readonly allStages: readonly StageKey[];
  readonly behave: (behaviours: FakeBehaviours) => void;
  readonly start: (options?: Partial<FarmOptions> & { readonly slots?: number }) => Promise<Farm>;
  readonly trace: () => TraceEntry[];
  readonly close: () => Promise<void>;
};

export function layFloor(seeds: readonly number[] = [0]): Floor {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-flow-'));
  const workspace = openWorkspace(folder);
  const store = openStore(workspace.database);
  const plan = chainPlan(seeds);
  store.submitStudy({ name: 'flow', description: '', yaml: 'flow', plan, at: 1 });
  const farms: Farm[] = [];
  return {
    workspace,
    store,
    stages: plan.runs[0]!.stages.map((stage) => stage.key) as unknown as Floor['stages'],
    allStages: plan.stages.map((stage) => stage.key),
    behave: (behaviours) => {
      writeFileSync(join(folder, behavioursFile), JSON.stringify(behaviours));
    },
    start: async ({ slots = 1, ...options } = {}) => {
      const farm = await startFarm({
        store,
        workspace,
        devices: [processorWith(slots)],
        workerEntry: fakeWorker,
        timing: quickTiming,
        ...options,
      });
      farms.push(farm);
      return farm;
    },
    trace: () => readTrace(folder),
    close: async () => {
      await Promise.all(farms.map((farm) => farm.stop({ soft: false })));
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Steps and values that a stage recorded, and those that an undisturbed one records. */
export function curveOf(store: WritableStore, stage: StageKey): readonly (readonly [number, number])[] {
  const { steps, values } = store.series(stage, 'train.loss');
  return Array.from(steps, (step, index) => [step, values[index]!] as const);
}
export const undisturbedCurve = (stage: StageKey, steps = 6): readonly (readonly [number, number])[] =>
  Array.from({ length: steps }, (_, index) => [index + 1, curveValue(stage, index + 1)] as const);

export const statesOf = (floor: Floor, stages: readonly StageKey[] = floor.stages) =>
  stages.map((stage) => floor.store.stateOf(stage));

const pollMs = 5;
const longestWaitMs = 30_000;

/** Waits for a condition instead of a time. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += pollMs) {
    if (waitedMs > longestWaitMs) throw new Error(`Waited in vain until ${what}.`);
    await sleep(pollMs);
  }
}

function readTrace(folder: string): TraceEntry[] {
  const file = join(folder, traceFile);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TraceEntry);
}
