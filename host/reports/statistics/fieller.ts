import { z95 } from './normal-quantile.ts';

/** An estimate with the variance of its error. */
export type Uncertain = { readonly value: number; readonly variance: number };

const z95Squared = z95 ** 2;

/**
 * 95 % interval of the ratio of two independent estimates (Fieller 1954); nothing where the denominator cannot be told
 * from 0: any ratio would fit then.
 */
export function fiellerInterval(
  numerator: Uncertain,
  denominator: Uncertain,
): { readonly low: number; readonly high: number } | undefined {
  const square = denominator.value ** 2 - z95Squared * denominator.variance;
  if (square <= 0) return undefined;
  const product = numerator.value * denominator.value;
  const rest = numerator.value ** 2 - z95Squared * numerator.variance;
  const root = Math.sqrt(Math.max(0, product ** 2 - square * rest));
  return { low: (product - root) / square, high: (product + root) / square };
}
