import type { Distribution, DistributionOf } from '#contract/open-world-views.ts';
import { markup, type Markup } from '../html/markup.ts';

const size = { width: 260, height: 130 };
const edge = { left: 4, right: 4, top: 24, bottom: 18 };
const base = size.height - edge.bottom;
const inner = size.width - edge.left - edge.right;

const words: Readonly<Record<DistributionOf, string>> = {
  'in-clean': 'in-distribution, clean',
  'in-attacked': 'in-distribution, attacked',
  'out-clean': 'no class, clean',
  'out-attacked': 'no class, attacked',
};

/** Clean inputs are filled, attacked ones outlined; the classes of `report-style` give colours and dashes. */
export const distributionKeys = (kinds: readonly DistributionOf[]): Markup =>
  markup`${kinds.map(
    (of) =>
      markup`<li><svg class="key" viewBox="0 0 34 12" aria-hidden="true"><path class="distribution ${of}" d="M2,12V6H12V2H22V6H32V12"/></svg>${words[of]}</li>`,
  )}`;

/** Histograms over the same bins, heights as shares of the inputs; the threshold stands where acceptance begins. */
export function distributionPlot(
  title: string,
  { low, high, series }: Distribution,
  threshold?: number,
): Markup {
  const highest = Math.max(1e-9, ...series.flatMap(({ counts }) => sharesOf(counts)));
  const px = (value: number): number => round(edge.left + ((value - low) / (high - low)) * inner);
  return markup`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">
<text class="panel-title small" x="${edge.left}" y="12">${title}</text>
${series.map(({ of, counts, mean }) => outline(of, counts, { highest, mean }))}
${threshold !== undefined && markup`<line class="threshold" x1="${px(threshold)}" x2="${px(threshold)}" y1="${edge.top - 4}" y2="${base}"><title>threshold ${written(threshold)}: accepted at or above it</title></line>`}
<line class="axis" x1="${edge.left}" x2="${size.width - edge.right}" y1="${base}" y2="${base}"/>
<text class="tick" x="${edge.left}" y="${size.height - 5}">${written(low)}</text>
<text class="tick" x="${size.width - edge.right}" y="${size.height - 5}" text-anchor="end">${written(high)}</text></svg>`;
}

const sharesOf = (counts: readonly number[]): number[] => {
  const total = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  return counts.map((count) => count / total);
};

function outline(
  of: DistributionOf,
  counts: readonly number[],
  { highest, mean }: { readonly highest: number; readonly mean: number },
): Markup {
  const width = inner / counts.length;
  const steps = sharesOf(counts).map(
    (share, index) =>
      `V${round(base - (share / highest) * (base - edge.top))}H${round(edge.left + (index + 1) * width)}`,
  );
  return markup`<path class="distribution ${of}" d="M${edge.left},${base}${steps.join('')}V${base}"><title>${words[of]}: mean ${written(mean)}</title></path>`;
}

const written = (value: number): string => String(Number(value.toPrecision(3))).replace('-', '−');
const round = (value: number): number => Math.round(value * 100) / 100;
