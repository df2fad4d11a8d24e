import { scaleLinear } from 'd3-scale';

/** Data to [0, 1]; a range of one value stands in the middle. */
export const linearScale = (low: number, high: number): ((value: number) => number) =>
  high > low ? scaleLinear([low, high], [0, 1]) : () => 0.5;

/** Labels nearer than a tenth of the axis would run into each other. */
export function spaced(radii: readonly number[]): number[] {
  const least = Math.max(...radii) / 10;
  return radii.reduce<number[]>(
    (kept, radius) =>
      radius - (kept.at(-1) ?? Number.NEGATIVE_INFINITY) >= least ? [...kept, radius] : kept,
    [],
  );
}
