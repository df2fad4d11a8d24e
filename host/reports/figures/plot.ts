import { curveStepAfter, line } from 'd3-shape';
import { markup, type Markup } from '../html/markup.ts';
import type { Marker, SeriesStyle } from './series-style.ts';

/** A figure's panel: an axis each, and lines of points with intervals. Data are drawn in the order given. */
export type Panel = {
  readonly title: string;
  readonly xTitle: string;
  readonly xTicks: readonly Tick[];
  /** Data to [0, 1]. */
  readonly x: (value: number) => number;
  readonly yMax: number;
  readonly lines: readonly PlotLine[];
  /** Points that no other beats, joined by a step line. */
  readonly front?: readonly Place[];
  /** The space between two lines, lower edge first. */
  readonly gap?: readonly (readonly Place[])[];
};
export type Place = { readonly x: number; readonly y: number };
type Tick = { readonly value: number; readonly label: string; readonly below?: string };
export type PlotLine = {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly points: readonly PlotPoint[];
};
export type PlotPoint = {
  readonly x: number;
  readonly y: number;
  /** The bar. */
  readonly low: number;
  readonly high: number;
  /** The band that joins the points of a line; none where one seed alone is known. */
  readonly band?: { readonly low: number; readonly high: number } | undefined;
  /** Single seeds, drawn small. */
  readonly each: readonly number[];
  readonly text: string;
};

const size = { width: 420, height: 300 };
const edge = { left: 46, right: 14, top: 30, bottom: 52 };
const inner = {
  width: size.width - edge.left - edge.right,
  height: size.height - edge.top - edge.bottom,
};
/** Points keep away from the frame. */
const inset = 16;

type Frame = {
  readonly panel: Panel;
  readonly px: (x: number) => number;
  readonly py: (y: number) => number;
};

export function plot(panel: Panel): Markup {
  const frame: Frame = {
    panel,
    px: (x) => round(edge.left + inset + panel.x(x) * (inner.width - 2 * inset)),
    py: (y) => round(edge.top + (1 - y / panel.yMax) * inner.height),
  };
  return markup`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${panel.title}">
<text class="panel-title" x="${edge.left}" y="16">${panel.title}</text>
${yAxis(frame)}${xAxis(frame)}
${gap(frame)}${front(frame)}
${panel.lines.map((each) => band(frame, each))}
${panel.lines.map((each) => drawLine(frame, each))}
</svg>`;
}

/** Marker and line as they stand in the legend. */
export function legendKey(style: SeriesStyle): Markup {
  return markup`<svg class="key" viewBox="0 0 34 12" aria-hidden="true">
<line x1="1" x2="33" y1="6" y2="6" stroke="${style.color}" stroke-width="2" stroke-dasharray="${style.dash}"/>
${drawMarker(style.marker, { x: 17, y: 6 }, style.color)}</svg>`;
}

/** A whole number of tenths that holds the data; never a part of the scale that hides how far from 1 it is. */
export const ceilingOf = (highest: number): number =>
  Math.min(1, Math.max(0.2, Math.ceil(highest * 10) / 10));

function yAxis({ panel, py }: Frame): Markup {
  const step = panel.yMax > 0.5 ? 0.2 : 0.1;
  const ticks = Array.from({ length: Math.floor(panel.yMax / step + 1e-9) + 1 }, (_, index) => index * step);
  return markup`${ticks.map(
    (
      tick,
    ) => markup`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${edge.left}" x2="${size.width - edge.right}" y1="${py(tick)}" y2="${py(tick)}"/>
<text class="tick" x="${edge.left - 8}" y="${py(tick) + 3.5}" text-anchor="end">${Math.round(100 * tick)}${tick + step > panel.yMax + 1e-9 ? ' %' : ''}</text>`,
  )}`;
}

function xAxis({ panel, px }: Frame): Markup {
  const base = edge.top + inner.height;
  return markup`${panel.xTicks.map(
    ({
      value,
      label,
      below,
    }) => markup`<line class="axis" x1="${px(value)}" x2="${px(value)}" y1="${base}" y2="${base + 4}"/>
<text class="tick" x="${px(value)}" y="${base + 16}" text-anchor="middle">${label}</text>
${below !== undefined && markup`<text class="tick faint" x="${px(value)}" y="${base + 28}" text-anchor="middle">${below}</text>`}`,
  )}<text class="axis-title" x="${edge.left + inner.width / 2}" y="${base + (panel.xTicks.some(({ below }) => below !== undefined) ? 44 : 34)}" text-anchor="middle">${panel.xTitle}</text>`;
}

function band(frame: Frame, { style, points }: PlotLine): Markup {
  const banded = points.flatMap(({ x, band: range }) => (range === undefined ? [] : [{ x, ...range }]));
  if (banded.length < 2) return markup``;
  const outline = outlineOf(
    frame,
    banded.map(({ x, low }) => ({ x, y: low })),
    banded.map(({ x, high }) => ({ x, y: high })),
  );
  return markup`<polygon class="band" points="${outline}" fill="${style.color}"/>`;
}

function gap(frame: Frame): Markup {
  const [lower = [], upper = []] = frame.panel.gap ?? [];
  if (lower.length < 2 || upper.length < 2) return markup``;
  return markup`<polygon class="gap" points="${outlineOf(frame, lower, upper)}"/>`;
}

const outlineOf = ({ px, py }: Frame, lower: readonly Place[], upper: readonly Place[]): string =>
  [...upper, ...lower.toReversed()].map(({ x, y }) => `${px(x)},${py(y)}`).join(' ');

/** Between two points of the front nothing better is known than the costlier one's cost at the cheaper one's accuracy. */
function front({ panel, px, py }: Frame): Markup {
  const places = panel.front ?? [];
  const steps = line<Place>(
    ({ x }) => px(x),
    ({ y }) => py(y),
  ).curve(curveStepAfter)([...places]);
  return markup`${places.length > 1 && markup`<path class="front" d="${steps ?? ''}"/>`}${places.map(({ x, y }) => markup`<circle class="front" cx="${px(x)}" cy="${py(y)}" r="8"/>`)}`;
}

function drawLine({ px, py }: Frame, { name, style, points }: PlotLine): Markup {
  const path = line<PlotPoint>(
    ({ x }) => px(x),
    ({ y }) => py(y),
  )([...points]);
  return markup`<g><path class="line" d="${path ?? ''}" stroke="${style.color}" stroke-dasharray="${style.dash}"/>
${points.map(
  (point) => markup`<g><title>${name}: ${point.text}</title>
<line class="bar" x1="${px(point.x)}" x2="${px(point.x)}" y1="${py(point.low)}" y2="${py(point.high)}" stroke="${style.color}"/>
${point.each.map((value) => markup`<circle class="seed" cx="${px(point.x)}" cy="${py(value)}" r="1.6" fill="${style.color}"/>`)}
${drawMarker(style.marker, { x: px(point.x), y: py(point.y) }, style.color)}</g>`,
)}</g>`;
}

const outlines: Readonly<Record<Marker, (place: Place) => string>> = {
  circle: ({ x, y }) => `M${x - 4},${y}a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z`,
  square: ({ x, y }) => `M${x - 3.6},${y - 3.6}h7.2v7.2h-7.2z`,
  triangle: ({ x, y }) => `M${x},${y - 4.6}l4.4,7.8h-8.8z`,
  diamond: ({ x, y }) => `M${x},${y - 4.8}l4.8,4.8l-4.8,4.8l-4.8,-4.8z`,
  ring: ({ x, y }) => `M${x - 3.6},${y}a3.6,3.6 0 1,0 7.2,0a3.6,3.6 0 1,0 -7.2,0z`,
  frame: ({ x, y }) => `M${x - 3.2},${y - 3.2}h6.4v6.4h-6.4z`,
};

function drawMarker(marker: Marker, place: Place, color: string): Markup {
  const isHollow = marker === 'ring' || marker === 'frame';
  const fill = isHollow ? 'var(--page)' : color;
  return markup`<path class="marker" d="${outlines[marker](place)}" fill="${fill}" stroke="${isHollow ? color : 'var(--page)'}" stroke-width="${isHollow ? 1.8 : 1}"/>`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
