import type { LayersView, LayerView, WeightHistogram } from '#contract/views.ts';
import { markup, type Markup } from '../html/markup.ts';
import { densityText } from '../study/format.ts';

const size = { width: 200, height: 110 };
const edge = { left: 4, right: 4, top: 20, bottom: 18 };
const base = size.height - edge.bottom;

type Part = 'before' | 'pruned' | 'after';
const names: Readonly<Record<Part, string>> = {
  before: 'before pruning',
  pruned: 'kept by pruning',
  after: 'after fine-tuning',
};
const parts: readonly Part[] = ['before', 'pruned', 'after'];

/** What is drawn: the trained network filled, the last that came of it as a line. */
const drawnParts = ({ pruned, after }: Readonly<Record<Part, unknown>>): Part[] =>
  parts.filter((part) => part !== 'pruned' || (after === undefined && pruned !== undefined));

export const histogramKeys = (view: LayersView): Markup =>
  markup`${drawnParts(view)
    .filter((part) => view[part] !== undefined)
    .map(
      (part) =>
        markup`<li><svg class="key" viewBox="0 0 34 12" aria-hidden="true"><path class="${classOf(part)}" d="M2,12V6H12V2H22V6H32V12"/></svg>${names[part]}</li>`,
    )}`;

const classOf = (part: Part): string => (part === 'before' ? 'weights-before' : 'weights-after');

/** One layer: its weights before, filled, and after, as an outline. */
export function weightHistogram(layer: LayerView): Markup {
  const reach = (layer.before ?? layer.pruned ?? layer.after)?.high ?? 1;
  return markup`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Weights of ${layer.name}">
<text class="panel-title" x="${edge.left}" y="12">${layer.name}<tspan class="faint" dx="6">${densityText(layer.density)} kept</tspan></text>
${drawnParts(layer).map((part) => outline(layer[part], part))}
<line class="axis" x1="${edge.left}" x2="${size.width - edge.right}" y1="${base}" y2="${base}"/>
<text class="tick" x="${edge.left}" y="${size.height - 5}">${written(-reach)}</text>
<text class="tick" x="${size.width / 2}" y="${size.height - 5}" text-anchor="middle">0</text>
<text class="tick" x="${size.width - edge.right}" y="${size.height - 5}" text-anchor="end">${written(reach)}</text></svg>`;
}

const written = (value: number): string => String(Number(value.toPrecision(2))).replace('-', '−');

function outline(histogram: WeightHistogram | undefined, part: Part): Markup {
  if (histogram === undefined) return markup``;
  const { counts } = histogram;
  const highest = Math.max(1, ...counts);
  const width = (size.width - edge.left - edge.right) / counts.length;
  const steps = counts.map((count, index) => {
    const y = round(base - (count / highest) * (base - edge.top));
    return `V${y}H${round(edge.left + (index + 1) * width)}`;
  });
  return markup`<path class="${classOf(part)}" d="M${edge.left},${base}${steps.join('')}V${base}"><title>${names[part]}: ${counts.reduce((sum, count) => sum + count, 0)} weights</title></path>`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
