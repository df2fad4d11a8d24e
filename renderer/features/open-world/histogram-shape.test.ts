import { expect, it } from 'vitest';
import { axisText, shapeHistogram, stepPath } from './histogram-shape.ts';

const distribution = {
  low: -1,
  high: 3,
  series: [
    { of: 'in-clean', counts: [1, 3], mean: 1.5 },
    { of: 'out-clean', counts: [300, 100], mean: 0 },
  ],
} as const;

it('shows shares of each kind of inputs, however many there are', () => {
  const { bars, outlines, peak } = shapeHistogram(distribution);
  expect(bars).toEqual([
    { from: -1, to: 1 },
    { from: 1, to: 3 },
  ]);
  expect(outlines.map(({ count, shares }) => [count, shares])).toEqual([
    [4, [0.25, 0.75]],
    [400, [0.75, 0.25]],
  ]);
  expect(peak).toBe(0.75);
});

it('shares nothing where nothing was counted', () => {
  const { outlines } = shapeHistogram({
    ...distribution,
    series: [{ ...distribution.series[0], counts: [0, 0] }],
  });
  expect(outlines[0]?.shares).toEqual([0, 0]);
});

it('draws a step for each bin, closed by the axis', () => {
  const { bars } = shapeHistogram(distribution);
  const path = stepPath({ bars, shares: [0.25, 0.75] }, { x: (value) => value, y: (share) => 1 - share });
  expect(path).toBe('M-1.00,1.00L-1.00,0.75L1.00,0.75L1.00,0.25L3.00,0.25L3.00,1.00');
});

it.each([
  [0.1001751, { low: 0.099, high: 0.1031 }, '0.100175'],
  [-4.704, { low: -5, high: 15 }, '−4.70'],
  [1234, { low: 0, high: 5000 }, '1234'],
])('writes %d on an axis so that near values differ', (value, axis, text) =>
  expect(axisText(value, axis)).toBe(text),
);
