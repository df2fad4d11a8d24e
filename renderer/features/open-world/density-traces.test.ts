import { expect, it } from 'vitest';
import { densityAxis, densityTraces } from './density-traces.ts';

const point = (density: number, mean: number) => ({
  group: `at ${density}`,
  density,
  value: { mean, deviation: undefined, min: mean, max: mean, count: 1 },
  low: mean - 0.1,
  high: mean + 0.05,
});
const measure = {
  id: 'target out',
  title: 'Target success, noise',
  lines: [{ name: 'natural, magnitude', points: [point(1, 0.5), point(0.1, 0.7)] }],
};
const colours = { ink: 'ink', soft: 'soft', line: 'line', surface: 'surface', series: ['first'] };

it('reaches from each point to the ends of its interval', () => {
  const [trace] = densityTraces(measure, colours) as { error_y: { array: number[]; arrayminus: number[] } }[];
  expect(trace?.error_y.array[1]).toBeCloseTo(0.05, 12);
  expect(trace?.error_y.arrayminus[1]).toBeCloseTo(0.1, 12);
});

it('names every density once, the dense network first', () => {
  const twice = { ...measure, lines: [...measure.lines, ...measure.lines] };
  expect(densityAxis(twice)).toMatchObject({ tickvals: [1, 0.1], ticktext: ['dense', '0.1'] });
});
