import type { RunRow } from '#contract/views.ts';
import { seriesSymbol, type PlotColours } from '../../kit/plot-theme.ts';
import type { Column } from './columns.ts';

export type Axes = { readonly x: Column; readonly y: Column; readonly colour: Column | undefined };
type Trace = Readonly<Record<string, unknown>>;
/** Points that share a colour, as arrays that stay the same objects while the data does. */
export type PointGroup = {
  readonly name: string;
  readonly runs: readonly RunRow[];
  readonly x: readonly unknown[];
  readonly y: readonly unknown[];
};
/** Beyond this many points plotly's WebGL scatter is smoother than SVG. */
const svgLimit = 3000;
const mostGroups = 12;

/** Runs that have both values, grouped by what colours them; many distinct numbers make one group. */
export function groupPoints(runs: readonly RunRow[], axes: Axes): PointGroup[] {
  const complete = runs.filter(
    (run) => axes.x.valueOf(run) !== undefined && axes.y.valueOf(run) !== undefined,
  );
  const byColour = Map.groupBy(complete, (run) => String(axes.colour?.valueOf(run) ?? '—'));
  const groups: [string, RunRow[]][] =
    byColour.size > mostGroups ? [['', complete]] : [...byColour.entries()].sort();
  return groups.map(([name, members]) => ({
    name,
    runs: members,
    x: members.map(axes.x.valueOf),
    y: members.map(axes.y.valueOf),
  }));
}

/** Whether a logarithmic axis shows more: all values above zero, the largest thirty times the smallest. */
export function spansDecades(groups: readonly PointGroup[]): boolean {
  const values = groups.flatMap((group) => group.x);
  if (!values.every((value) => typeof value === 'number' && value > 0)) return false;
  const numbers = values as number[];
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  return numbers.reduce((most, value) => Math.max(most, value), 0) / low >= 30;
}

export function scatterTraces(
  groups: readonly PointGroup[],
  colours: PlotColours,
  marked: { readonly selected: ReadonlySet<string>; readonly colour: Column | undefined },
): Trace[] {
  const total = groups.reduce((sum, group) => sum + group.runs.length, 0);
  const type = total > svgLimit ? 'scattergl' : 'scatter';
  return groups.map((group, index) => ({
    type,
    mode: 'markers',
    name: group.name,
    x: group.x,
    y: group.y,
    customdata: group.runs.map((run) => run.key),
    text: group.runs.map((run) => run.name),
    hovertemplate: '%{text}<br>%{x}, %{y}<extra></extra>',
    marker: {
      size: 7,
      symbol: seriesSymbol(index),
      line: { width: 0.6, color: colours.surface },
      ...(groups.length === 1 && group.name === ''
        ? {
            color: group.runs.map((run) => marked.colour?.valueOf(run) ?? null),
            colorscale: 'Viridis',
            showscale: true,
          }
        : { color: colours.series[index % colours.series.length] }),
    },
    ...(marked.selected.size > 0
      ? {
          selectedpoints: group.runs.flatMap((run, place) => (marked.selected.has(run.key) ? [place] : [])),
          unselected: { marker: { opacity: 0.25 } },
        }
      : {}),
  }));
}

/** A ring around each run that is hovered anywhere. */
export function hoverTrace(runs: readonly RunRow[], axes: Axes, colours: PlotColours): Trace {
  return {
    type: 'scatter',
    mode: 'markers',
    x: runs.map(axes.x.valueOf),
    y: runs.map(axes.y.valueOf),
    hoverinfo: 'skip',
    showlegend: false,
    marker: { size: 15, color: 'rgba(0,0,0,0)', line: { width: 2, color: colours.ink } },
  };
}
