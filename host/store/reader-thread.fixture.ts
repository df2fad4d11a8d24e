import { parentPort, workerData } from 'node:worker_threads';
import type { StageKey } from '#contract/stage.ts';
import { openStoreForReading } from './open-store.ts';
import { pointsFrom } from './store-fixture.ts';

/** A second reader in a thread of its own: reads until both series are whole, and tells what it saw. */
export type ReaderTask = {
  readonly file: string;
  readonly stage: StageKey;
  readonly metrics: readonly [string, string];
  readonly batch: number;
  readonly total: number;
};
export type ReaderSight = {
  readonly reads: number;
  readonly lengths: number;
  readonly wrong: readonly string[];
};

const { file, stage, metrics, batch, total } = workerData as ReaderTask;
const store = openStoreForReading(file);
const wrong: string[] = [];
const lengths = new Set<number>();
let reads = 0;
let last = 0;
parentPort!.postMessage('reading');
while (last < total && wrong.length < 5) {
  const series = store.series(stage, metrics[0]);
  const expected = pointsFrom(metrics[0], 0, series.steps.length);
  const { length } = series.steps;
  if (length < last) wrong.push(`went back from ${last} to ${length}`);
  if (length % batch !== 0) wrong.push(`saw part of a batch: ${length}`);
  if (Buffer.compare(Buffer.from(series.values.buffer), Buffer.from(expected.values.buffer)) !== 0)
    wrong.push(`other values at length ${length}`);
  const counts = new Set(store.summaries(stage).map((summary) => summary.count));
  if (counts.size > 1) wrong.push(`series of one batch differ: ${[...counts].join(', ')}`);
  lengths.add(length);
  last = length;
  reads += 1;
}
store.close();
parentPort!.postMessage({ reads, lengths: lengths.size, wrong } satisfies ReaderSight);
