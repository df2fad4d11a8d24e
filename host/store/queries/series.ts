import type { MetricSummary } from '#contract/metric.ts';
import { atOneMoment, type Connection } from '../connection.ts';
import { countThrough, joinPieces, pointsOf, sliceOf, type PieceRow } from '../series-pieces.ts';
import type { ReadableStore } from '../store.ts';

type Read = Pick<ReadableStore, 'summaries' | 'series'>;
type SummaryRow = Omit<MetricSummary, 'mean'> & { readonly sum: number };

export function readSeries(connection: Connection): Read {
  const summaries = connection.prepare<[string], SummaryRow>(`
    SELECT n.name, m.count, m.first, m.last, m.min, m.max, m.sum, m.first_step AS firstStep,
           m.last_step AS lastStep, m.min_step AS minStep, m.max_step AS maxStep
    FROM metric_summary m
    JOIN metric_names n ON n.id = m.metric_id
    WHERE m.stage_id = (SELECT id FROM stages WHERE key = ?)
    ORDER BY n.name`);
  const pieces = connection.prepare<{ stage: string; metric: string; after: number }, PieceRow>(`
    WITH wanted AS (
      SELECT s.id AS stage_id, n.id AS metric_id FROM stages s, metric_names n
      WHERE s.key = :stage AND n.name = :metric
    )
    SELECT steps, "values", first_step FROM metric_chunks JOIN wanted USING (stage_id, metric_id)
    WHERE last_step > :after
    UNION ALL
    SELECT steps, "values", first_step FROM metric_tail JOIN wanted USING (stage_id, metric_id)
    WHERE last_step > :after
    ORDER BY first_step`);

  return {
    summaries: (stage) => summaries.all(stage).map(({ sum, ...row }) => ({ ...row, mean: sum / row.count })),
    series: atOneMoment(connection, (stage, metric, options = {}) => {
      const after = options.afterStep ?? Number.MIN_SAFE_INTEGER;
      const points = joinPieces(pieces.all({ stage, metric, after }).map(pointsOf));
      const wanted = sliceOf(points, countThrough(points, after), points.steps.length);
      return { name: metric, steps: wanted.steps.slice(), values: wanted.values.slice() };
    }) satisfies Read['series'],
  };
}
