import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openConnection } from './connection.ts';
import { writableStore } from './open-store.ts';
import type { ReaderSight, ReaderTask } from '../../tests/fixture/reader-thread.ts';
import {
  finish,
  finished,
  keyOf,
  leased,
  metric,
  pointsFrom,
  submitted,
  temporaryStore,
} from '../../tests/fixture/stores.ts';

const names = ['train.loss', 'train.accuracy'] as const;

describe('a million points', () => {
  it('are recorded in small batches and read back exactly', () => {
    using temporary = temporaryStore();
    const { store } = temporary;
    const { plan } = submitted(store);
    const stage = keyOf(plan, 'import');
    const attempt = leased(store, stage);
    const [perBatch, batches] = [500, 1000];
    for (let seq = 1; seq <= batches; seq++) {
      const from = (seq - 1) * perBatch;
      const events = [metric(...names.map((name) => pointsFrom(name, from, perBatch)))];
      expect(store.recordBatch({ attempt, seq, at: seq, events })).toBe('recorded');
    }
    for (const name of names) {
      const expected = pointsFrom(name, 0, perBatch * batches);
      const { steps, values } = store.series(stage, name);
      expect(Buffer.from(steps.buffer).equals(Buffer.from(expected.steps.buffer))).toBe(true);
      expect(Buffer.from(values.buffer).equals(Buffer.from(expected.values.buffer))).toBe(true);
      const sum = expected.values.reduce((total, value) => total + value, 0);
      const extremes = { min: Math.min, max: Math.max };
      expect(store.summaries(stage).find((summary) => summary.name === name)).toMatchObject({
        count: 500_000,
        first: expected.values[0],
        last: expected.values.at(-1),
        firstStep: 0,
        lastStep: 499_999,
        mean: sum / 500_000,
        min: expected.values.reduce((left, right) => extremes.min(left, right)),
        max: expected.values.reduce((left, right) => extremes.max(left, right)),
      });
    }
  });

  it('lie in chunks of one to four thousand, the rest in a short tail', () => {
    using temporary = temporaryStore();
    const { store, file } = temporary;
    const stage = keyOf(submitted(store).plan, 'import');
    const attempt = leased(store, stage);
    for (const [index, count] of [1, 300, 1, 700, 30, 9000, 5].entries())
      store.recordBatch({
        attempt,
        seq: index + 1,
        at: 1,
        events: [metric(pointsFrom('train.loss', index * 10_000, count))],
      });
    const connection = openConnection(file, true);
    const sizes = (table: string) =>
      connection.prepare<[], number>(`SELECT count FROM ${table} ORDER BY first_step`).pluck().all();
    const chunks = sizes('metric_chunks');
    expect(chunks.length).toBeGreaterThan(0);
    for (const size of chunks) {
      expect(size).toBeGreaterThanOrEqual(1024);
      expect(size).toBeLessThanOrEqual(4096);
    }
    const tail = sizes('metric_tail').reduce((sum, size) => sum + size, 0);
    expect(tail).toBeLessThan(1024);
    expect(chunks.reduce((sum, size) => sum + size, tail)).toBe(10_037);
    connection.close();
  });
});

describe('a reader in another thread', () => {
  it('sees whole batches, each value exact, and never goes back while they are written', async () => {
    using temporary = temporaryStore();
    const { store, file } = temporary;
    const stage = keyOf(submitted(store).plan, 'import');
    const attempt = leased(store, stage);
    const [batch, batches] = [100, 300];
    const task: ReaderTask = { file, stage, metrics: names, batch, total: batch * batches };
    const reader = new Worker(new URL('../../tests/fixture/reader-thread.ts', import.meta.url), {
      workerData: task,
    });
    await once(reader, 'message');
    const seen = once(reader, 'message') as Promise<[ReaderSight]>;
    for (let seq = 1; seq <= batches; seq++) {
      const events = [metric(...names.map((name) => pointsFrom(name, (seq - 1) * batch, batch)))];
      store.recordBatch({ attempt, seq, at: seq, events });
      // Gives the reader's thread a turn on a machine of one core.
      if (seq % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const [sight] = await seen;
    expect(sight.wrong).toEqual([]);
    expect(sight.lengths).toBeGreaterThan(2);
  });
});

describe('a full disk', () => {
  it('is said plainly and loses nothing that was recorded', () => {
    using temporary = temporaryStore();
    const { store, file } = temporary;
    const { plan } = submitted(store);
    finish(store, keyOf(plan, 'import'));
    const stage = keyOf(plan, 'pretrain');
    const attempt = leased(store, stage);
    store.recordBatch({ attempt, seq: 1, at: 1, events: [metric(pointsFrom('train.loss', 0, 2000))] });

    const { full, room } = limitedStore(file);
    const batch = { attempt, seq: 2, at: 2, events: [metric(pointsFrom('train.loss', 2000, 200_000))] };
    expect(() => full.recordBatch(batch)).toThrow(/There is no room left .* is intact/);
    expect(full.series(stage, 'train.loss')).toEqual(pointsFrom('train.loss', 0, 2000));
    expect(store.attempt(attempt)!.throughSeq).toBe(1);

    room();
    expect(full.recordBatch(batch)).toBe('recorded');
    expect(full.recordBatch({ attempt, seq: 3, at: 3, events: [finished(stage)] })).toBe('recorded');
    expect(store.series(stage, 'train.loss')).toEqual(pointsFrom('train.loss', 0, 202_000));
    full.close();
  });
});

/** The same database with hardly a page more to grow, until `room` is made. */
function limitedStore(file: string) {
  const connection = openConnection(file, false);
  const pages = connection.pragma('page_count', { simple: true }) as number;
  connection.pragma(`max_page_count = ${pages + 2}`);
  return {
    full: writableStore(connection),
    room: () => connection.pragma('max_page_count = 1000000'),
  };
}
