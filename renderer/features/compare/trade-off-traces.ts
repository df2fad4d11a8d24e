import type { SizeAxis, TradeOffLine, TradeOffPoint, TradeOffView } from '#contract/compare.ts';
import { seriesDash, seriesSymbol, type PlotColours } from '../../kit/plot-theme.ts';
import { densityText, intervalText, spreadText } from '../../parts/group-words.ts';
import { compressionText } from './compare-words.ts';

type Trace = Readonly<Record<string, unknown>>;

/** Under each line the band over its seeds, on each point its interval, and over all the Pareto front. */
export function tradeOffTraces(view: TradeOffView, colours: PlotColours): Trace[] {
  const colourOf = (index: number): string => colours.series[index % colours.series.length] ?? colours.ink;
  return [
    ...view.lines.flatMap((line, index) => bandTrace(line, colourOf(index))),
    ...view.lines.map((line, index) => lineTrace(view, line, { index, colour: colourOf(index), colours })),
    frontTrace(view, colours),
  ];
}

/** Lowest and highest seed, from point to point. Where a line turns back in x a band would cross itself. */
function bandTrace({ name, points }: TradeOffLine, colour: string): Trace[] {
  const banded = points.filter(({ y }) => y.count > 1);
  if (banded.length < 2 || !isOneWay(banded.map(({ x }) => x))) return [];
  const back = banded.toReversed();
  return [
    {
      type: 'scatter',
      mode: 'lines',
      x: [...banded, ...back].map(({ x }) => x),
      y: [...banded.map(({ y }) => y.max), ...back.map(({ y }) => y.min)],
      fill: 'toself',
      fillcolor: translucent(colour, 0.16),
      line: { width: 0 },
      hoverinfo: 'skip',
      showlegend: false,
      legendgroup: name,
    },
  ];
}

const isOneWay = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value)) ||
  values.every((value, index) => index === 0 || value <= (values[index - 1] ?? value));

/** `rgb(1, 2, 3)` as the theme gives it. */
const translucent = (colour: string, opacity: number): string =>
  colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);

function lineTrace(
  { x: axis }: TradeOffView,
  { name, points }: TradeOffLine,
  look: { readonly index: number; readonly colour: string; readonly colours: PlotColours },
): Trace {
  const { index, colour, colours } = look;
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name,
    legendgroup: name,
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y.mean),
    customdata: points.map(({ group }) => group),
    text: points.map((point) => pointText(point, axis)),
    hovertemplate: `<b>${name}</b><br>%{text}<extra></extra>`,
    line: { width: 2, color: colour, dash: seriesDash(index * 8) },
    marker: {
      size: 8,
      symbol: seriesSymbol(index),
      color: colour,
      line: { width: 1, color: colours.surface },
    },
    error_y: {
      type: 'data',
      symmetric: false,
      array: points.map(({ high, y }) => high - y.mean),
      arrayminus: points.map(({ low, y }) => y.mean - low),
      thickness: 1,
      width: 3,
      color: colour,
    },
  };
}

function pointText({ x, y, density, seeds, isOnFront, ...interval }: TradeOffPoint, axis: SizeAxis): string {
  const cost =
    axis.id === 'compression' || axis.id === 'density'
      ? ''
      : `${axis.title} ${Number(x.toPrecision(3))} ${axis.unit}, `;
  const range = seeds.length > 1 ? `, ${seeds.length} seeds` : '';
  return `${cost}density ${densityText(density)}: ${spreadText(y, interval)} % [${intervalText(interval)}]${range}${isOnFront ? '<br>on the Pareto front' : ''}`;
}

function frontTrace({ lines, front }: TradeOffView, colours: PlotColours): Trace {
  const byGroup = new Map(lines.flatMap(({ points }) => points).map((point) => [point.group, point]));
  const points = front.flatMap((group) => byGroup.get(group) ?? []);
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: 'Pareto front',
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y.mean),
    hoverinfo: 'skip',
    line: { width: 1.5, color: colours.soft, dash: 'dot' },
    marker: { size: 16, symbol: 'circle-open', color: colours.ink, line: { width: 1.5 } },
  };
}

/** What pruning saves is told in factors, so the axis is logarithmic; densities of the study are all named. */
export function sizeAxisLayout({ x, lines }: TradeOffView): object {
  const title = x.unit === '' || x.id === 'compression' ? x.title : `${x.title} (${x.unit})`;
  const values = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.x)))].sort(
    (left, right) => left - right,
  );
  const [low, high] = [values[0] ?? 1, values.at(-1) ?? 1];
  const reach = low > 0 && high > low ? { type: 'log', range: logRange(low, high) } : {};
  if (x.id !== 'compression' && x.id !== 'density')
    return { title, ...reach, ...(high / low < 30 ? { dtick: 'D2' } : {}), tickformat: '~s' };
  const text = x.id === 'compression' ? compressionText : densityText;
  const ticks = [...new Map(values.map((value) => [text(value), value]))];
  return {
    title,
    ...reach,
    tickvals: ticks.map(([, value]) => value),
    ticktext: ticks.map(([label]) => label),
  };
}

/** A little room at both ends, so that no point lies on the frame. */
function logRange(low: number, high: number): [number, number] {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const room = (to - from) * 0.04;
  return [from - room, to + room];
}
