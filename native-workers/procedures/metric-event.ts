import type { WorkerEvent } from '#contract/worker-protocol.ts';

/** One point of each named series, at the same step. */
export const metricEvent = (step: number, values: Readonly<Record<string, number>>): WorkerEvent => ({
  kind: 'metric',
  points: Object.entries(values).map(([name, value]) => ({
    name,
    steps: Int32Array.of(step),
    values: Float64Array.of(value),
  })),
});
