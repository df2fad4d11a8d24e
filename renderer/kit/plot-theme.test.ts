import { expect, it } from 'vitest';
import { everySeriesDash, seriesDash, seriesSymbol } from './plot-theme.ts';

const hues = 8;

it.each([
  ['by symbol', seriesSymbol],
  ['by dash', seriesDash],
  ['by dash where each line has its own', everySeriesDash],
])('tells series of one hue apart %s', (_how, markOf) => {
  for (let index = 0; index < 2 * hues; index += 1) expect(markOf(index)).not.toBe(markOf(index + hues));
});

it('tells neighbours apart without any hue', () => {
  for (let index = 0; index < 3 * hues - 1; index += 1)
    expect([everySeriesDash(index), seriesSymbol(index)]).not.toEqual([
      everySeriesDash(index + 1),
      seriesSymbol(index + 1),
    ]);
});
