import { scaleLinear } from 'd3-scale';

/** Data to [0, 1]; a range of one value stands in the middle. */
export const linearScale = (low: number, high: number): ((value: number) => number) =>
  high > low ? scaleLinear([low, high], [0, 1]) : () => 0.5;
