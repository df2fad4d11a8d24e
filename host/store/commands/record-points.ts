import type { MetricPoints } from '#contract/metric.ts';
import type { Connection } from '../connection.ts';
import { countThrough, joinPieces, pointsOf, sliceOf, type PieceRow, type Points } from '../series-pieces.ts';
import { blobOf } from '../typed-array-columns.ts';
import { emptySummary, extendSummary, type RunningSummary } from './running-summary.ts';

/** Fewer points than this stay in the tail. */
const smallestChunk = 1024;
const largestChunk = 4096;

type Series = { readonly stage: number; readonly metric: number };
type PieceColumns = Series & {
  first_step: number;
  last_step: number;
  count: number;
  steps: Buffer;
  values: Buffer;
};

export type PointRecorder = {
  /** Appends points; where they start at or before the last step, what lay from there on is dropped first. */
  readonly record: (stage: number, points: MetricPoints) => void;
  /** Drops the points of every series of a stage that lie after `step`. */
  readonly dropAfter: (stage: number, step: number) => void;
};

export function recordPoints(connection: Connection): PointRecorder {
  const nameMetric = connection.prepare<[string]>('INSERT OR IGNORE INTO metric_names (name) VALUES (?)');
  const metricId = connection.prepare<[string], number>('SELECT id FROM metric_names WHERE name = ?').pluck();
  const metricsOf = connection
    .prepare<[number], number>('SELECT metric_id FROM metric_summary WHERE stage_id = ?')
    .pluck();
  const pieces = preparePieces(connection);
  const summaries = prepareSummaries(connection);

  function append(series: Series, points: Points): void {
    const before = summaries.get.get(series) ?? emptySummary;
    const summary = extendSummary(before, points);
    const tailCount = before.tail_count + points.steps.length;
    if (tailCount < smallestChunk) {
      pieces.addToTail.run(columnsOf(series, points));
      summaries.put.run({ ...series, ...summary, tail_count: tailCount });
      return;
    }
    const pending = joinPieces([...pieces.tail.all(series).map(pointsOf), points]);
    pieces.clearTail.run(series);
    let at = 0;
    while (pending.steps.length - at >= smallestChunk) {
      const end = Math.min(at + largestChunk, pending.steps.length);
      pieces.addChunk.run(columnsOf(series, sliceOf(pending, at, end)));
      at = end;
    }
    const rest = pending.steps.length - at;
    if (rest > 0) pieces.addToTail.run(columnsOf(series, sliceOf(pending, at, pending.steps.length)));
    summaries.put.run({ ...series, ...summary, tail_count: rest });
  }

  /** The summary is made anew from what is left: the sum, point by point in the same order, is the same to the bit. */
  function dropSeriesAfter(series: Series, step: number): void {
    const summary = summaries.get.get(series);
    if (summary === undefined || summary.last_step <= step) return;
    const kept = pieces.through.all({ ...series, step }).map(pointsOf);
    const joined = joinPieces(kept);
    const left = sliceOf(joined, 0, countThrough(joined, step));
    pieces.clearChunksAfter.run({ ...series, step });
    pieces.clearTail.run(series);
    summaries.remove.run(series);
    if (left.steps.length === 0) return;
    const lastChunkedStep = pieces.lastChunkedStep.get(series) ?? Number.MIN_SAFE_INTEGER;
    const tail = sliceOf(left, countThrough(left, lastChunkedStep), left.steps.length);
    summaries.put.run({ ...series, ...extendSummary(emptySummary, left), tail_count: tail.steps.length });
    if (tail.steps.length > 0) pieces.addToTail.run(columnsOf(series, tail));
  }

  return {
    record: (stage, points) => {
      if (points.steps.length === 0) return;
      requireRising(points);
      nameMetric.run(points.name);
      const series = { stage, metric: metricId.get(points.name)! };
      dropSeriesAfter(series, points.steps[0]! - 1);
      append(series, points);
    },
    dropAfter: (stage, step) => {
      for (const metric of metricsOf.all(stage)) dropSeriesAfter({ stage, metric }, step);
    },
  };
}

function requireRising({ name, steps, values }: MetricPoints): void {
  if (steps.length !== values.length)
    throw new RangeError(
      `${name}: expected as many steps as values, got ${steps.length} and ${values.length}.`,
    );
  for (let index = 0; index < steps.length; index++) {
    if (index > 0 && steps[index]! <= steps[index - 1]!)
      throw new RangeError(`${name}: steps must rise, got ${steps[index - 1]!} then ${steps[index]!}.`);
    if (!Number.isFinite(values[index]))
      throw new RangeError(
        `${name}: got ${values[index]!} at step ${steps[index]!}. A value that is not finite is a diverged failure, not a point.`,
      );
  }
}

const columnsOf = (series: Series, points: Points): PieceColumns => ({
  ...series,
  first_step: points.steps[0]!,
  last_step: points.steps[points.steps.length - 1]!,
  count: points.steps.length,
  steps: blobOf(points.steps),
  values: blobOf(points.values),
});

function preparePieces(connection: Connection) {
  const addTo = (table: 'metric_chunks' | 'metric_tail') =>
    connection.prepare<PieceColumns>(`
      INSERT INTO ${table} (stage_id, metric_id, first_step, last_step, count, steps, "values")
      VALUES (:stage, :metric, :first_step, :last_step, :count, :steps, :values)`);
  const ofSeries = 'stage_id = :stage AND metric_id = :metric';
  return {
    addChunk: addTo('metric_chunks'),
    addToTail: addTo('metric_tail'),
    tail: connection.prepare<Series, PieceRow>(
      `SELECT steps, "values" FROM metric_tail WHERE ${ofSeries} ORDER BY first_step`,
    ),
    clearTail: connection.prepare<Series>(`DELETE FROM metric_tail WHERE ${ofSeries}`),
    through: connection.prepare<Series & { step: number }, PieceRow>(`
      SELECT steps, "values", first_step FROM metric_chunks WHERE ${ofSeries} AND first_step <= :step
      UNION ALL
      SELECT steps, "values", first_step FROM metric_tail WHERE ${ofSeries} AND first_step <= :step
      ORDER BY first_step`),
    clearChunksAfter: connection.prepare<Series & { step: number }>(
      `DELETE FROM metric_chunks WHERE ${ofSeries} AND last_step > :step`,
    ),
    lastChunkedStep: connection
      .prepare<Series, number | null>(`SELECT max(last_step) FROM metric_chunks WHERE ${ofSeries}`)
      .pluck(),
  };
}

function prepareSummaries(connection: Connection) {
  const ofSeries = 'stage_id = :stage AND metric_id = :metric';
  return {
    get: connection.prepare<Series, RunningSummary & { readonly tail_count: number }>(
      `SELECT * FROM metric_summary WHERE ${ofSeries}`,
    ),
    put: connection.prepare<Series & RunningSummary & { readonly tail_count: number }>(`
      INSERT OR REPLACE INTO metric_summary
        (stage_id, metric_id, count, tail_count, first, last, min, max, sum,
         first_step, last_step, min_step, max_step)
      VALUES
        (:stage, :metric, :count, :tail_count, :first, :last, :min, :max, :sum,
         :first_step, :last_step, :min_step, :max_step)`),
    remove: connection.prepare<Series>(`DELETE FROM metric_summary WHERE ${ofSeries}`),
  };
}
