import type { RatioEstimate, SuccessRatio, Twins } from '#contract/open-world-views.ts';
import { fiellerInterval, type Uncertain } from '../statistics/fieller.ts';
import { measureSpread } from '../statistics/spread.ts';
import { countInputs, inputsOf, isOnTarget, shareOf } from './rates.ts';
import type { Measurement } from './read-open-world-runs.ts';

export type RatioEvidence = {
  readonly attacked: Twins<readonly Measurement[]>;
  readonly unperturbed: Twins<readonly Measurement[]>;
};

/**
 * Target success out over in distribution, as it is and less the base rates: means over the seeds that have all four
 * measurements. Both ratios or none: this is the only place that makes one.
 */
export function successRatio({ attacked, unperturbed }: RatioEvidence): SuccessRatio {
  const seeds = (attacked.in ?? []).flatMap((own) => {
    const same = (others: readonly Measurement[] | undefined) =>
      others?.find(({ run }) => run.seed === own.run.seed);
    const [out, inBase, outBase] = [same(attacked.out), same(unperturbed.in), same(unperturbed.out)];
    return out && inBase && outBase ? [{ in: own, out, inBase, outBase }] : [];
  });
  if (seeds.length === 0) return missing('Not all of the four measurements behind it are done.');
  const rates = {
    in: meanOf(seeds.map((seed) => rateWithError(seed.in))),
    out: meanOf(seeds.map((seed) => rateWithError(seed.out))),
  };
  const excess = {
    in: meanOf(seeds.map((seed) => excessWithError(seed.in, seed.inBase))),
    out: meanOf(seeds.map((seed) => excessWithError(seed.out, seed.outBase))),
  };
  if (rates.in.value === 0) return missing('No in-distribution input reached its target.');
  if (excess.in.value <= 0)
    return missing('In distribution the attack reaches no more targets than are met without it.');
  return {
    kind: 'measured',
    plain: estimate(rates.out, rates.in),
    corrected: estimate(excess.out, excess.in),
  };
}

const missing = (reason: string): SuccessRatio => ({ kind: 'undefined', reason });

const estimate = (numerator: Uncertain, denominator: Uncertain): RatioEstimate => ({
  value: numerator.value / denominator.value,
  interval: fiellerInterval(numerator, denominator),
});

/** Every seed meets the same inputs: the mean is as uncertain as one of them. */
const meanOf = (all: readonly Uncertain[]): Uncertain => ({
  value: measureSpread(all.map(({ value }) => value))?.mean ?? Number.NaN,
  variance: measureSpread(all.map(({ variance }) => variance))?.mean ?? Number.NaN,
});

/** The error is that of one success and one failure more (Agresti and Caffo 2000): that all succeed, or none, is not certain. */
function rateWithError(measurement: Measurement): Uncertain {
  const inputs = inputsOf(measurement);
  const value = shareOf(measurement, isOnTarget);
  const shrunk = (value * inputs + 1) / (inputs + 2);
  return { value, variance: (shrunk * (1 - shrunk)) / (inputs + 2) };
}

/** What the attack adds. Where both saw the same inputs their difference is paired. */
function excessWithError(attacked: Measurement, base: Measurement): Uncertain {
  const [rate, baseRate] = [rateWithError(attacked), rateWithError(base)];
  const value = rate.value - baseRate.value;
  if (!areSameInputs(attacked, base)) return { value, variance: rate.variance + baseRate.variance };
  const changed = countInputs(
    attacked,
    (_, input) => isOnTarget(attacked, input) !== isOnTarget(base, input),
  );
  const inputs = inputsOf(attacked);
  // Half an input more in each cell of the two by two table (Agresti and Min 2005).
  const all = inputs + 2;
  return { value, variance: ((changed + 1) / all - ((value * inputs) / all) ** 2) / all };
}

const areSameInputs = (one: Measurement, other: Measurement): boolean =>
  inputsOf(one) === inputsOf(other) &&
  one.outcomes.examples.every((example, index) => example === other.outcomes.examples[index]);
