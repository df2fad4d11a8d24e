import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricPoints } from '#contract/metric.ts';
import type { ExampleOutcomes } from '#contract/outcomes.ts';
import type { StageKey, StageKind } from '#contract/stage.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { planOf } from '#host/planner/plan-fixture.ts';
import type { Plan } from '#host/planner/plan.ts';
import { openStore } from './open-store.ts';
import type { WritableStore } from './store.ts';

/** For tests: a store in a folder of its own that goes with the test. */
export function temporaryStore(): { readonly store: WritableStore; readonly file: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'redoubt-store-'));
  const file = join(folder, 'redoubt.sqlite');
  const store = openStore(file);
  return {
    store,
    file,
    [Symbol.dispose]: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two prunings and the dense control at two seeds: 6 runs that share 2 pre-trainings. */
export const smallStudy = `
name: Small
seeds: [0, 1]
dataset: glyphs
network: cnn-small
pretrain: { objective: natural, epochs: 2 }
prune: { kind: magnitude, density: [1, 0.1, 0.05] }
evaluate: { attacks: [{ kind: fgsm, epsilon: 8/255 }] }
`;

export function submitted(
  store: WritableStore,
  yaml = smallStudy,
): { readonly id: number; readonly plan: Plan } {
  const plan = planOf(yaml);
  const { name, description } = plan.header;
  return { id: store.submitStudy({ name, description, yaml, plan, at: 1000 }), plan };
}

export const keyOf = (plan: Plan, kind: StageKind, place = 0): StageKey =>
  plan.stages.filter((stage) => stage.kind === kind)[place]!.key;

export const leased = (store: WritableStore, stage: StageKey, hostPid = 1): number =>
  store.leaseStage({ stage, slot: 'cpu:0', device: 'cpu', hostPid, at: 2000 });

/** Runs a stage from lease to end with these events in between, one batch. */
export function finish(store: WritableStore, stage: StageKey, events: readonly WorkerEvent[] = []): number {
  const attempt = leased(store, stage);
  store.recordBatch({ attempt, seq: 1, at: 4000, events: [{ kind: 'started' }, ...events, finished(stage)] });
  return attempt;
}

export const finished = (stage: StageKey): WorkerEvent => ({
  kind: 'finished',
  artifact: {
    folder: `stages/${stage}`,
    file: `stages/${stage}/model.safetensors`,
    sha256: 'f'.repeat(64),
    bytes: 99,
  },
});

export const metric = (...points: readonly MetricPoints[]): WorkerEvent => ({
  kind: 'metric',
  points: [...points],
});

/** `count` points from step `from` on, values that no rounding forgives. */
export function pointsFrom(name: string, from: number, count: number): MetricPoints {
  const steps = Int32Array.from({ length: count }, (_, index) => from + index);
  return { name, steps, values: Float64Array.from(steps, (step) => Math.sin(step) / 3 + 1e-9 * step) };
}

export function outcomesOf(examples: readonly number[]): ExampleOutcomes {
  return {
    examples: Uint32Array.from(examples),
    labels: Uint16Array.from(examples, (example) => example % 10),
    cleanPredictions: Uint16Array.from(examples, (example) => (example * 7) % 10),
    attackedPredictions: Uint16Array.from(examples, (example) => (example * 3) % 10),
    survived: Uint8Array.from(examples, (example) => example % 2),
    distances: Float32Array.from(examples, (example) => example / 255),
  };
}
