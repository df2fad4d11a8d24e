export type Spread = {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); one value has none. */
  readonly deviation: number | undefined;
};

/** Mean and sample standard deviation; nothing for no values. */
export function measureSpread(values: readonly number[]): Spread | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, deviation: undefined };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: Math.sqrt(squares / (count - 1)) };
}
