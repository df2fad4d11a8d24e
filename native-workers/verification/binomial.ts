import { compiled, incbet, incbi, ndtri } from 'cephes';

/** The special functions are WebAssembly: nothing below may be called before this is done. */
export const specialFunctionsReady: Promise<void> = compiled;

/**
 * One-sided lower confidence bound of a probability of which `successes` of `draws` were seen: it is wrong with
 * probability alpha at most (Clopper & Pearson 1934).
 */
export function lowerConfidenceBound(successes: number, draws: number, alpha: number): number {
  if (!(Number.isInteger(successes) && successes >= 0 && successes <= draws))
    throw new RangeError(`Expected 0 to ${draws} successes of ${draws} draws, got ${successes}.`);
  if (successes === 0) return 0;
  return incbi(successes, draws - successes + 1, alpha);
}

/** Two-sided p-value of two counts under equal chances: the exact binomial test at 1/2. */
export function equalChancesPValue(one: number, other: number): number {
  const most = Math.max(one, other);
  if (one === other) return 1;
  return Math.min(1, 2 * incbet(most, one + other - most + 1, 0.5));
}

/** The standard normal quantile. */
export const probit = (probability: number): number => ndtri(probability);
