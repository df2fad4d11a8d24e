import type { SizeAxis, SizeId, TradeOffLine, TradeOffPoint, TradeOffView } from '#contract/compare.ts';
import { everySeriesDash, seriesSymbol, type PlotColours } from '../../kit/plot-theme.ts';
import { densityText, intervalText, spreadText } from '../../parts/group-words.ts';
import { compressionText } from './compare-words.ts';
import { roundTicks, spacedTicks, type Tick } from './size-ticks.ts';

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
    line: { width: 2, color: colour, dash: everySeriesDash(index) },
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

/** What pruning saves is told in factors, so the axis is logarithmic; densities of the study are all marked. */
export function sizeAxisLayout({ x, lines }: TradeOffView): object {
  const title = x.unit === '' || x.id === 'compression' ? x.title : `${x.title} (${x.unit})`;
  const values = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.x)))].sort(
    (left, right) => left - right,
  );
  const [low, high] = [values[0] ?? 1, values.at(-1) ?? 1];
  const isLog = low > 0 && high > low;
  const range = isLog ? logRange(low, high) : undefined;
  const ticks = range === undefined ? onlyTicks(x.id, values) : ticksWithin(x.id, values, range);
  return {
    title,
    ...(range === undefined ? {} : { type: 'log', range: range.map(Math.log10) }),
    tickmode: 'array',
    tickvals: ticks.map(({ value }) => value),
    ticktext: ticks.map(({ text }) => text),
    tickangle: 0,
  };
}

/** Without a range to speak of, each value is marked as it is, but for digits that tell it from no other. */
const onlyTicks = (id: SizeId, values: readonly number[]): readonly Tick[] =>
  values.map((value) => ({ value, text: tickTexts[id](Number(value.toPrecision(3))) }));

function ticksWithin(
  id: SizeId,
  values: readonly number[],
  range: readonly [number, number],
): readonly Tick[] {
  const text = tickTexts[id];
  if (id !== 'compression' && id !== 'density')
    return roundTicks(...range).map((value) => ({ value, text: text(value) }));
  const named = new Map(values.map((value) => [text(value), value]));
  return spacedTicks(
    [...named].map(([written, value]) => ({ value, text: written })),
    range,
  );
}

const plainText = (value: number): string => String(Number(value.toPrecision(6)));
const countText = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 6 });

const tickTexts: Readonly<Record<SizeId, (value: number) => string>> = {
  compression: compressionText,
  density: densityText,
  'density.effective': plainText,
  'macs.nonzero': (value) => countText.format(value),
  'bytes.sparse': (value) => countText.format(value),
  'latency.1': plainText,
  'latency.64': plainText,
};

/** A little room at both ends, so that no point lies on the frame. */
function logRange(low: number, high: number): [number, number] {
  const room = (high / low) ** 0.04;
  return [low / room, high * room];
}
