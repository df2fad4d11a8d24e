import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { compactEvents } from './compact-events.ts';

const metric = (name: string, step: number, value: number): WorkerEvent => ({
  kind: 'metric',
  points: [{ name, steps: Int32Array.of(step), values: Float64Array.of(value) }],
});
const progress = (done: number): WorkerEvent => ({
  kind: 'progress',
  done,
  total: 10,
  unit: 'examples',
  note: '',
});
const checkpoint: WorkerEvent = {
  kind: 'checkpoint',
  checkpoint: { path: 'stages/a/checkpoint-2.safetensors', sha256: '', step: 2 },
};

describe('compactEvents', () => {
  it('joins the points of each series in order', () => {
    expect(
      compactEvents([metric('a', 1, 0.5), metric('b', 1, 7), progress(1), metric('a', 2, 0.25)]),
    ).toEqual([
      progress(1),
      {
        kind: 'metric',
        points: [
          { name: 'a', steps: Int32Array.of(1, 2), values: Float64Array.of(0.5, 0.25) },
          { name: 'b', steps: Int32Array.of(1), values: Float64Array.of(7) },
        ],
      },
    ]);
  });

  it('moves no point from before a checkpoint to after it', () => {
    expect(compactEvents([metric('a', 2, 1), checkpoint, metric('a', 3, 2)])).toEqual([
      metric('a', 2, 1),
      checkpoint,
      metric('a', 3, 2),
    ]);
  });

  it('keeps only the latest progress', () => {
    expect(compactEvents([progress(1), checkpoint, progress(2), progress(3)])).toEqual([
      checkpoint,
      progress(3),
    ]);
  });
});
