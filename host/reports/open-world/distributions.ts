import type { Distribution, DistributionOf, OpenWorldDistributions } from '#contract/open-world-views.ts';
import {
  inDistribution,
  judgesOf,
  measurementsAt,
  type Measurement,
  type OpenWorldGroup,
  type Place,
} from './read-open-world-runs.ts';

const confidenceBins = 20;
const scoreBins = 40;
/** Of scores: beyond these shares lie the few that would squeeze all others into one bin. */
const shownShares = { low: 0.005, high: 0.995 };

/** Confidences and scores at one place, of one seed that was measured there; nothing where none was. */
export function openWorldDistributions(
  own: OpenWorldGroup,
  place: Omit<Place, 'detector'>,
  asked?: number,
): OpenWorldDistributions | undefined {
  const measured = measurementsAt(own, place);
  const out = measured.find(({ run }) => run.seed === asked) ?? measured[0];
  if (out === undefined) return undefined;
  const { seed } = out.run;
  const ofSeed = (where: Place): Measurement | undefined =>
    measurementsAt(own, where).find(({ run }) => run.seed === seed);
  const found = (detector?: string): Found[] => {
    const judged = detector === undefined ? {} : { detector };
    const at = (of: DistributionOf, origin: string, epsilon: number): Found[] => {
      const measurement = ofSeed({ ...place, ...judged, origin, epsilon });
      return measurement === undefined ? [] : [{ of, measurement }];
    };
    return [
      ...at('in-clean', inDistribution, 0),
      ...(place.epsilon > 0 ? at('in-attacked', inDistribution, place.epsilon) : []),
      ...at('out-clean', place.origin, 0),
      ...(place.epsilon > 0 ? at('out-attacked', place.origin, place.epsilon) : []),
    ];
  };
  return {
    seed,
    seeds: measured.map(({ run }) => run.seed),
    confidence: distributionOf(
      found().map(({ of, measurement }) => ({ of, values: measurement.shown.confidences })),
      { low: 0, high: 1, bins: confidenceBins },
    ),
    scores: judgesOf(out).map((detector) => {
      const threshold = out.shown.thresholds[detector] ?? Number.NaN;
      return { detector, threshold, ...scoreDistribution(found(detector), detector, threshold) };
    }),
  };
}

type Found = { readonly of: DistributionOf; readonly measurement: Measurement };
type Values = { readonly of: DistributionOf; readonly values: ArrayLike<number> };
type Bins = { readonly low: number; readonly high: number; readonly bins: number };

/** The threshold is always within the axis. */
function scoreDistribution(found: readonly Found[], detector: string, threshold: number): Distribution {
  const series = found.map(({ of, measurement }) => ({
    of,
    values: measurement.shown.scores[detector] ?? new Float64Array(),
  }));
  const sorted = Float64Array.from(series.flatMap(({ values }) => [...values]))
    .filter(Number.isFinite)
    .sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? threshold;
  const low = Math.min(threshold, at(shownShares.low));
  const high = Math.max(threshold, at(shownShares.high));
  return distributionOf(series, { low, high: high > low ? high : low + 1, bins: scoreBins });
}

const distributionOf = (series: readonly Values[], { low, high, bins }: Bins): Distribution => ({
  low,
  high,
  series: series.map(({ of, values }) => {
    const counts = Array.from({ length: bins }, () => 0);
    let sum = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      const bin = Math.floor((bins * (value - low)) / (high - low));
      counts[Math.max(0, Math.min(bins - 1, bin))]! += 1;
      sum += value;
    }
    return { of, counts, mean: sum / Math.max(1, values.length) };
  }),
});
