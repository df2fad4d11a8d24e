import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '#workers/engine/engine.ts';
import { openCheckpoints, resumeFrom } from './checkpoints.ts';
import type { StageContext } from './procedure.ts';

describe('a checkpoint', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redoubt-checkpoint-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const contextOn = (kind: Engine['kind'], device: string): StageContext => ({
    engine: {
      kind,
      device,
      freeze: () => undefined,
      memory: () => ({ tensors: 0, bytes: 0 }),
      dispose: () => undefined,
    },
    workspace: folder,
    folder,
    inputs: {},
    stopRequested: () => Promise.resolve(false),
    now: () => 0,
  });

  /** What is noted where a stage goes on with another context than it was begun with. */
  const noteBetween = async (begun: StageContext, other: StageContext): Promise<string | undefined> => {
    const checkpoints = await openCheckpoints(begun);
    const { checkpoint } = await checkpoints.save(3, { arrays: new Map(), metadata: {} });
    const resumed = await resumeFrom({ ...other, resume: checkpoint }, ({ metadata }) => metadata);
    expect(resumed).toMatchObject({ kind: 'resumed', step: 3 });
    return resumed.kind === 'resumed' ? resumed.note : undefined;
  };
  const onProcessor = () => contextOn('onnx', 'CPU: onnxruntime, 1 thread');

  it('notes that another engine goes on', async () => {
    expect(await noteBetween(onProcessor(), contextOn('wasm', 'WebAssembly SIMD, 1 thread'))).toContain(
      'with the wasm engine from a checkpoint of the onnx engine',
    );
  });

  it('notes that the same engine goes on on another kind of device', async () => {
    expect(await noteBetween(onProcessor(), contextOn('onnx', 'WebGPU: onnxruntime, NVIDIA H200'))).toContain(
      'on WebGPU from a checkpoint of CPU',
    );
  });

  it('notes nothing where only the number of threads is another', async () => {
    expect(
      await noteBetween(onProcessor(), contextOn('onnx', 'CPU: onnxruntime, 2 threads')),
    ).toBeUndefined();
  });

  it('holds the engine to what it had chosen when the stage began, and a fresh stage to nothing', async () => {
    const keptTo: unknown[] = [];
    const context = onProcessor();
    const choices: NonNullable<Engine['choices']> = {
      taken: () => ({ 'a shape': 'per-image' }),
      keepTo: (kept) => keptTo.push(kept),
      remark: () => undefined,
    };
    const choosing = { ...context, engine: { ...context.engine, choices } };
    await noteBetween(choosing, choosing);
    expect(keptTo.at(-1)).toEqual({ 'a shape': 'per-image' });
    await resumeFrom(choosing, () => undefined);
    expect(keptTo.at(-1)).toEqual({});
  });
});
