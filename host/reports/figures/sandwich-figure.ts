import type { EpsilonPanel, EpsilonPoint } from '#contract/compare.ts';
import { formatFraction } from '#contract/quantities.ts';
import { epsilonPanels } from '../compare/epsilon-panels.ts';
import { densityText, interval, meanAndDeviation } from '../study/format.ts';
import type { StudyReport } from '../study/study-report.ts';
import type { Figure } from './figure.ts';
import { linearScale, spaced } from './linear-scale.ts';
import type { Panel, Place, PlotLine, PlotPoint } from './plot.ts';
import { seriesStyle } from './series-style.ts';

const mostPanels = 8;
const attackedStyle = seriesStyle(1);
const certifiedStyle = seriesStyle(2);

/** What is known of the true accuracy on every ball: below what attacks left, above what was verified. */
export function sandwichFigure(report: StudyReport): Figure & { readonly leftOut: number } {
  const panels = epsilonPanels(report).filter(
    ({ attacked, certified }) => attacked.length > 1 && certified.length > 1,
  );
  return {
    panels: panels.slice(0, mostPanels).map(panelOf),
    legend: [
      { name: 'attacked, worst case of each ball', style: attackedStyle },
      { name: 'certified, by any method', style: certifiedStyle },
    ],
    leftOut: Math.max(0, panels.length - mostPanels),
  };
}

function panelOf({ label, density, norm, attacked, certified }: EpsilonPanel): Panel {
  const radii = [...new Set([...attacked, ...certified].map(({ epsilon }) => epsilon))].sort(
    (left, right) => left - right,
  );
  const where = density === 1 ? 'dense' : `density ${densityText(density)}`;
  return {
    title: label === '' ? where : `${label}, ${where}`,
    xTitle: `Epsilon (${norm})`,
    xTicks: spaced(radii).map((value) => ({ value, label: formatFraction(value) })),
    x: linearScale(0, Math.max(...radii)),
    yMax: 1,
    lines: [lineOf('attacked', attackedStyle, attacked), lineOf('certified', certifiedStyle, certified)],
    gap: gapBetween(certified, attacked),
  };
}

/** As far as both are known: beyond the largest certified ball nothing was asked. */
function gapBetween(...curves: readonly (readonly EpsilonPoint[])[]): Place[][] {
  const end = Math.min(...curves.map((points) => points.at(-1)?.epsilon ?? 0));
  return curves.map((points) => {
    const places = points.map(({ epsilon, value }) => ({ x: epsilon, y: value.mean }));
    const inside = places.filter(({ x }) => x <= end);
    const [last, next] = [inside.at(-1), places[inside.length]];
    if (last === undefined || next === undefined || last.x === end) return inside;
    const share = (end - last.x) / (next.x - last.x);
    return [...inside, { x: end, y: last.y + share * (next.y - last.y) }];
  });
}

const lineOf = (name: string, style: PlotLine['style'], points: readonly EpsilonPoint[]): PlotLine => ({
  name,
  style,
  points: points.map(plotPoint),
});

const plotPoint = ({ epsilon, value, low, high, by }: EpsilonPoint): PlotPoint => ({
  x: epsilon,
  y: value.mean,
  low,
  high,
  each: [],
  text: `epsilon ${formatFraction(epsilon)}, ${meanAndDeviation(value)} % [${interval({ low, high })}]${by.length === 0 ? '' : `, ${by.join(', ')}`}`,
});
