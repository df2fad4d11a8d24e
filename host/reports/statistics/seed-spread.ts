import type { SeedSpread } from '#contract/compare.ts';
import { measureSpread } from './spread.ts';

/** Mean, sample standard deviation and range over seeds; nothing for no values. */
export function measureSeeds(values: readonly number[]): SeedSpread | undefined {
  const spread = measureSpread(values);
  return spread && { ...spread, min: Math.min(...values), max: Math.max(...values) };
}
