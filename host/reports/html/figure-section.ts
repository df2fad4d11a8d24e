import { legendKey, plot } from '../figures/plot.ts';
import type { Figure } from '../figures/figure.ts';
import { markup, type Markup } from './markup.ts';

export type FigureSection = { readonly title: string; readonly note: string; readonly figure: Figure };

/** A figure without a single point is left out. */
export function figureSection({ title, note, figure }: FigureSection): Markup {
  const panels = figure.panels.filter(({ lines }) => lines.length > 0);
  if (panels.length === 0) return markup``;
  return markup`<section class="figure"><h2>${title}</h2>
<ul class="legend">${figure.legend.map(({ name, style }) => markup`<li>${legendKey(style)}${name}</li>`)}</ul>
<div class="panels">${panels.map(plot)}</div>
<p class="note">${note}</p></section>`;
}
