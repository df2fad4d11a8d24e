import { z } from 'zod';

/**
 * Metric names are dotted words. Series: `train.loss`, `train.accuracy`, `train.learning-rate`, and what the
 * objective says of its step: `train.epsilon`, `train.natural-share`, `train.beta`, `train.symbolic-weight`;
 * `train.density` wherever a pruning that trains makes a new mask; `validation.clean`. Results of an evaluation (step 0): `clean`, `loss.clean`, `attacked.<attack name>`,
 * `certified.<certificate name>`, `margin.<certificate name>` (mean over examples). Of an open-world measurement: `open.target`,
 * `open.confidence`, `open.accepted.<detector>`, `open.joint.<detector>`; rows of runs add the measurement's name.
 * Of the open world, shares of its inputs: `open.target` at the witness on the target, `open.accepted.<detector>` accepted,
 * `open.joint.<detector>` both, as detector and network see the witness together; `open.confidence` is the mean largest
 * softmax at the witness.
 * The size of every network that a stage makes, dense ones included (step 0): `density`, `weights.kept`, `weights.total`,
 * `bytes.dense`, `bytes.sparse`, `macs.dense`, `macs.nonzero`; without the weights that reach no class score or see
 * nothing but zeros, `density.effective`, `weights.effective`, `macs.effective`; median milliseconds of a batch of 1 and
 * of 64, `latency.1`, `latency.64`. Where whole channels can be taken out, of the smaller dense network that is left:
 * `bytes.shrunk`, `macs.shrunk`, `latency.shrunk.1`, `latency.shrunk.64`, and `difference.shrunk`, the greatest
 * difference of any of its class scores from those of the masked network.
 */
const metricNameSchema = z.string().min(1).max(200);

/** Time is the one thing measured that does not repeat to the bit: comparisons of results leave these metrics out. */
export const isTiming = (name: string): boolean => name.startsWith('latency.');

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
