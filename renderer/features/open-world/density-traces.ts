import type { OpenWorldDensityView } from '#contract/open-world-views.ts';
import { seriesDash, seriesSymbol, type PlotColours } from '../../kit/plot-theme.ts';
import { densityText } from '../../parts/group-words.ts';
import { estimateText } from './open-world-words.ts';

type Trace = Readonly<Record<string, unknown>>;
type Measure = OpenWorldDensityView['measures'][number];

/** A line for each way of training and pruning, on each point its interval. */
export const densityTraces = ({ lines }: Measure, colours: PlotColours): Trace[] =>
  lines.map(({ name, points }, index) => {
    const colour = colours.series[index % colours.series.length] ?? colours.ink;
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name,
      x: points.map(({ density }) => density),
      y: points.map(({ value }) => value.mean),
      customdata: points.map(({ group }) => group),
      text: points.map((point) => `density ${densityText(point.density)}: ${estimateText(point)}`),
      hovertemplate: `<b>${name}</b><br>%{text}<extra></extra>`,
      line: { width: 2, color: colour, dash: seriesDash(index) },
      marker: { size: 8, symbol: seriesSymbol(index), color: colour },
      error_y: {
        type: 'data',
        symmetric: false,
        array: points.map(({ high, value }) => high - value.mean),
        arrayminus: points.map(({ low, value }) => value.mean - low),
        thickness: 1,
        width: 3,
        color: colour,
      },
    };
  });

/** Dense on the left: pruning goes to the right. All densities of the study are named. */
export function densityAxis({ lines }: Measure): object {
  const values = [...new Set(lines.flatMap(({ points }) => points.map(({ density }) => density)))].sort(
    (left, right) => right - left,
  );
  return {
    title: 'density',
    type: 'log',
    autorange: 'reversed',
    tickvals: values,
    ticktext: values.map((density) => (density === 1 ? 'dense' : densityText(density))),
  };
}
