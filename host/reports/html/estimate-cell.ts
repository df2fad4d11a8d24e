import type { OpenWorldEstimate } from '#contract/open-world-views.ts';
import { estimateText } from '../open-world/open-world-words.ts';
import { markup, type Markup } from './markup.ts';

/** A percentage with its interval below it, and a remark below that. */
export function estimateCell(estimate: OpenWorldEstimate | undefined, remark?: string): Markup {
  if (estimate === undefined) return markup`<td class="number missing">–</td>`;
  const { mean, range } = estimateText(estimate);
  return markup`<td class="number">${mean}<small>${range}</small>${remark !== undefined && markup`<small>${remark}</small>`}</td>`;
}
