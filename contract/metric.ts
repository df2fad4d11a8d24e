import { z } from 'zod';

/**
 * Metric names are dotted words. Series: `train.loss`, `train.accuracy`, `train.learning-rate`,
 * `validation.clean`. Results of an evaluation (step 0): `clean`, `loss.clean`, `attacked.<attack name>`,
 * `certified.<certificate name>`, `margin.<certificate name>` (mean over examples).
 * Results of pruning: `density`, `weights.kept`, `weights.total`, `bytes.dense`, `bytes.sparse`, `macs.dense`, `macs.nonzero`.
 */
const metricNameSchema = z.string().min(1).max(200);

/** Points of one series, in rising order of step. Values are finite: a NaN is a `diverged` failure. */
export const metricPointsSchema = z
  .strictObject({
    name: metricNameSchema,
    steps: z.instanceof(Int32Array),
    values: z.instanceof(Float64Array),
  })
  .refine((points) => points.steps.length === points.values.length, 'As many steps as values were expected.');
export type MetricPoints = z.output<typeof metricPointsSchema>;

/** What tables, scatters and sorts read: one per stage and metric. */
export type MetricSummary = {
  readonly name: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly minStep: number;
  readonly maxStep: number;
};
