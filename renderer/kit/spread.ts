/** Mean and sample standard deviation (n - 1) of a few values; a single value has no deviation. */
export type Spread = {
  readonly mean: number;
  readonly deviation: number | undefined;
  readonly count: number;
};

export function measureSpread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, deviation: undefined, count: 1 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)), count: values.length };
}
