import type { Points } from '../series-pieces.ts';

/** A summary that grows with its series; named as its columns. */
export type RunningSummary = {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly first_step: number;
  readonly last_step: number;
  readonly min_step: number;
  readonly max_step: number;
};

export const emptySummary = {
  count: 0,
  tail_count: 0,
  first: 0,
  last: 0,
  min: Infinity,
  max: -Infinity,
  sum: 0,
  first_step: 0,
  last_step: 0,
  min_step: 0,
  max_step: 0,
} as const satisfies RunningSummary & { readonly tail_count: number };

/** Adds points that lie after all that it has seen. Extremes keep their first step. */
export function extendSummary(summary: RunningSummary, { steps, values }: Points): RunningSummary {
  let { min, max, sum, min_step, max_step } = summary;
  for (let index = 0; index < steps.length; index++) {
    const value = values[index]!;
    sum += value;
    if (value < min) [min, min_step] = [value, steps[index]!];
    if (value > max) [max, max_step] = [value, steps[index]!];
  }
  const last = steps.length - 1;
  const fresh = summary.count === 0;
  return {
    count: summary.count + steps.length,
    first: fresh ? values[0]! : summary.first,
    first_step: fresh ? steps[0]! : summary.first_step,
    last: values[last]!,
    last_step: steps[last]!,
    min,
    max,
    sum,
    min_step,
    max_step,
  };
}
