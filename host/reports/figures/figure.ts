import { listLines, type GroupLine } from '../study/group-lines.ts';
import type { Group } from '../study/compared-runs.ts';
import type { Panel } from './plot.ts';
import { seriesStyle, type SeriesStyle } from './series-style.ts';

export type Figure = {
  readonly panels: readonly Panel[];
  readonly legend: readonly { readonly name: string; readonly style: SeriesStyle }[];
};

export type StyledLine = GroupLine & { readonly style: SeriesStyle };

/** The same line looks the same in every figure of a report. */
export const styledLines = (groups: readonly Group[]): StyledLine[] =>
  listLines(groups).map((line, index) => ({ ...line, style: seriesStyle(index) }));
