import { line } from 'd3-shape';
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
};
type Tick = { readonly value: number; readonly label: string; readonly below?: string };
export type PlotLine = {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly points: readonly PlotPoint[];
};
export type PlotPoint = {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
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

/** Single points have bars instead. */
function band({ px, py }: Frame, { style, points }: PlotLine): Markup {
  if (points.length < 2) return markup``;
  const upper = points.map(({ x, high }) => `${px(x)},${py(high)}`);
  const lower = [...points].reverse().map(({ x, low }) => `${px(x)},${py(low)}`);
  return markup`<polygon class="band" points="${[...upper, ...lower].join(' ')}" fill="${style.color}"/>`;
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

type Place = { readonly x: number; readonly y: number };
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
