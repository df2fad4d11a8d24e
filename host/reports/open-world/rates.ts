import type { OpenWorldEstimate, OpenWorldRate } from '#contract/open-world-views.ts';
import { z95 } from '../statistics/normal-quantile.ts';
import { measureProportion } from '../statistics/proportion.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import type { Measurement } from './read-open-world-runs.ts';

/** Whether one input of a measurement has a property. */
export type Judgement = (measurement: Measurement, input: number) => boolean;

export const isOnTarget: Judgement = ({ outcomes, shown }, input) =>
  outcomes.attackedPredictions[input] === shown.targets[input];

/** At its frozen threshold; a detector that did not judge the measurement accepts nothing. */
export const isAcceptedBy =
  (detector: string): Judgement =>
  ({ shown }, input) =>
    (shown.scores[detector]?.[input] ?? Number.NaN) >= (shown.thresholds[detector] ?? Number.NaN);

export const isClassifiedCleanly: Judgement = ({ outcomes }, input) =>
  outcomes.cleanPredictions[input] === outcomes.labels[input];

export const inputsOf = ({ outcomes }: Measurement): number => outcomes.examples.length;

export function countInputs(measurement: Measurement, holds: Judgement): number {
  let count = 0;
  for (let input = 0; input < inputsOf(measurement); input += 1) if (holds(measurement, input)) count += 1;
  return count;
}

/** The fraction of one measurement. */
export const shareOf = (measurement: Measurement, holds: Judgement): number =>
  countInputs(measurement, holds) / inputsOf(measurement);

/** Target reached and accepted, what an attacker of detector and classifier together wants: as a share of the inputs. */
export const jointShareOf = (measurement: Measurement, detector: string): number =>
  measurement.joint[detector] ??
  shareOf(measurement, (each, input) => isOnTarget(each, input) && isAcceptedBy(detector)(each, input));

/** Over seeds; every seed meets the same inputs, so that more seeds do not make the interval narrower. */
export const rateOf = (measurements: readonly Measurement[], holds: Judgement): OpenWorldRate | undefined =>
  rateOfShares(measurements, (each) => shareOf(each, holds));

export const jointRateOf = (
  measurements: readonly Measurement[],
  detector: string,
): OpenWorldRate | undefined => rateOfShares(measurements, (each) => jointShareOf(each, detector));

function rateOfShares(
  measurements: readonly Measurement[],
  share: (measurement: Measurement) => number,
): OpenWorldRate | undefined {
  const [first] = measurements;
  const value = measureSeeds(measurements.map(share));
  if (first === undefined || value === undefined) return undefined;
  const inputs = inputsOf(first);
  const { low, high } = measureProportion(Math.min(inputs, value.mean * inputs), inputs);
  const evaluations = measurements.map(({ run: { seed }, stage }) => ({ seed, stage }));
  return { value, low, high, inputs, evaluations };
}

/** The mean of values over seeds, with the mean of their bounds: the interval of one set of inputs. */
export function estimateOf(
  seeds: readonly { readonly value: number; readonly low: number; readonly high: number }[],
): OpenWorldEstimate | undefined {
  const [value, low, high] = [
    measureSeeds(seeds.map((seed) => seed.value)),
    measureSeeds(seeds.map((seed) => seed.low)),
    measureSeeds(seeds.map((seed) => seed.high)),
  ];
  return value && low && high && { value, low: low.mean, high: high.mean };
}

/** Mean of the largest softmax, with the interval of the normal approximation. */
export const confidenceOf = (measurements: readonly Measurement[]): OpenWorldEstimate | undefined =>
  estimateOf(
    measurements.map(({ shown: { confidences } }) => {
      const mean = confidences.reduce((sum, value) => sum + value, 0) / confidences.length;
      const squares = confidences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const half = z95 * Math.sqrt(squares / Math.max(1, confidences.length - 1) / confidences.length);
      return { value: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
    }),
  );
