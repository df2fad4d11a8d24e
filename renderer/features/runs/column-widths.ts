import type { RunRow } from '#contract/views.ts';
import type { Column } from './columns.ts';

const pixelsPerCharacter = 7.1;
const padding = 24;
const sampled = 400;

/** Widths that fit most values; the heading may break into two lines. */
export function columnWidths(columns: readonly Column[], runs: readonly RunRow[], grouped = false): number[] {
  const sample = runs.slice(0, sampled);
  return columns.map((column) => {
    if (column.look === 'time' || column.look === 'state')
      return column.look === 'time' || grouped ? 116 : 100;
    const heading = Math.max(...column.name.split(/[. ]/).map((word) => word.length)) + 3;
    const longest = Math.max(heading, ...sample.map((run) => textLength(column, run)));
    // A group's cell holds a deviation too, its name a count and a mark.
    if (grouped && column.group === 'metric') return 124;
    return Math.round(Math.max(64, Math.min(widestOf(column), longest * pixelsPerCharacter + padding)));
  });
}

/** The study stands beside every name: its beginning tells it, and the numbers keep their place. */
const widestOf = ({ id, look }: Column): number => {
  if (id === 'run:name') return 264;
  if (id === 'run:study') return 170;
  return look === 'text' ? 250 : 130;
};

const textLength = (column: Column, run: RunRow): number => {
  const value = column.valueOf(run);
  if (value === undefined) return 1;
  return typeof value === 'number' ? 6 : String(value).length;
};

/** The first column takes what is left. */
export const gridTemplate = (widths: readonly number[]): string =>
  widths.map((width, index) => (index === 0 ? `minmax(${width}px, 1fr)` : `${width}px`)).join(' ');
