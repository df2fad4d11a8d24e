import { formatFraction } from '#contract/quantities.ts';
import type { OpenWorldEstimate, OpenWorldPanel, Twins } from '#contract/open-world-views.ts';
import type { OpenWorldReport } from '../open-world/open-world-report.ts';
import { estimateText, groupTitle } from '../open-world/open-world-words.ts';
import { inDistribution, sourcesOf } from '../open-world/read-open-world-runs.ts';
import { compressionText, densityText } from '../study/format.ts';
import type { Figure } from './figure.ts';
import { linearScale, spaced } from './linear-scale.ts';
import type { Panel, PlotLine, PlotPoint } from './plot.ts';
import { seriesStyle, type SeriesStyle } from './series-style.ts';
import { sizeAxes } from '../compare/size-axes.ts';
import { sizeScale } from './size-scale.ts';

const mostPanels = 12;
export type OpenWorldFigure = Figure & { readonly leftOut: number };

/** Target success against epsilon: a panel for each group and attack, a line for the task's inputs and each source. */
export const targetFigure = (report: OpenWorldReport): OpenWorldFigure =>
  figureOf(
    report,
    panelsOfAttacks(report).map(({ title, panels }) =>
      epsilonPanel(report, {
        title,
        panels,
        pointsOf: (panel) => panel.points.map(({ epsilon, target }) => ({ epsilon, twins: target })),
      }),
    ),
  );

/** Acceptance against epsilon: a panel for each group, attack and detector. */
export const acceptanceFigure = (report: OpenWorldReport): OpenWorldFigure =>
  figureOf(
    report,
    panelsOfAttacks(report).flatMap(({ title, panels }) =>
      [...new Set(panels.flatMap(({ detectors }) => detectors.map(({ detector }) => detector)))].map(
        (detector) =>
          epsilonPanel(report, {
            title: `${detector}: ${title}`,
            panels,
            pointsOf: (panel) =>
              panel.detectors
                .find((curve) => curve.detector === detector)
                ?.points.map(({ epsilon, accepted }) => ({ epsilon, twins: accepted })) ?? [],
          }),
      ),
    ),
  );

function figureOf(report: OpenWorldReport, panels: readonly Panel[]): OpenWorldFigure {
  const shown = panels.filter(({ lines }) => lines.length > 0);
  return {
    panels: shown.slice(0, mostPanels),
    legend: originsOf(report).map((name) => ({ name, style: styleOf(report, name) })),
    leftOut: Math.max(0, shown.length - mostPanels),
  };
}

const originsOf = ({ groups }: OpenWorldReport): string[] => [inDistribution, ...sourcesOf(groups)];

/** The same origin looks the same in every figure. */
const styleOf = (report: OpenWorldReport, origin: string): SeriesStyle =>
  seriesStyle(originsOf(report).indexOf(origin));

/** The panels of one group and attack: all its sources. */
function panelsOfAttacks({ panels }: OpenWorldReport) {
  const several = new Set(panels.map(({ attack }) => attack)).size > 1;
  return [...Map.groupBy(panels, ({ group, attack }) => `${group} ${attack}`).values()].map((same) => ({
    title: `${groupTitle(same[0]!)}${several ? `, ${same[0]!.attack}` : ''}`,
    panels: same,
  }));
}

type Point = { readonly epsilon: number; readonly twins: Twins<OpenWorldEstimate> };

type EpsilonSweep = {
  readonly title: string;
  readonly panels: readonly OpenWorldPanel[];
  readonly pointsOf: (panel: OpenWorldPanel) => readonly Point[];
};

function epsilonPanel(report: OpenWorldReport, { title, panels, pointsOf }: EpsilonSweep): Panel {
  const radii = [...new Set(panels.flatMap(({ points }) => points.map(({ epsilon }) => epsilon)))].sort(
    (left, right) => left - right,
  );
  const lineOf = (origin: string, side: 'in' | 'out', panel: OpenWorldPanel | undefined): PlotLine[] => {
    const points = (panel === undefined ? [] : pointsOf(panel)).flatMap(({ epsilon, twins }) => {
      const estimate = twins[side];
      return estimate === undefined
        ? []
        : [plotPoint(epsilon, estimate, `epsilon ${formatFraction(epsilon)}`)];
    });
    return points.length === 0 ? [] : [{ name: origin, style: styleOf(report, origin), points }];
  };
  return {
    title,
    xTitle: 'Epsilon',
    xTicks: spaced(radii).map((value) => ({ value, label: formatFraction(value) })),
    x: linearScale(0, Math.max(...radii)),
    yMax: 1,
    lines: [
      ...lineOf(inDistribution, 'in', panels[0]),
      ...panels.flatMap((panel) => lineOf(panel.source, 'out', panel)),
    ],
  };
}

function plotPoint(x: number, estimate: OpenWorldEstimate, where: string): PlotPoint {
  const { value, low, high } = estimate;
  const { mean, range } = estimateText(estimate);
  return {
    x,
    y: value.mean,
    low,
    high,
    band: value.count > 1 ? { low: value.min, high: value.max } : undefined,
    each: [],
    text: `${where}, ${mean} % ${range}`,
  };
}

/** Open-world measures over density: a panel for each measure and source, a line for each way of training and pruning. */
export function openWorldDensityFigure({ densities }: OpenWorldReport): OpenWorldFigure {
  const names = [
    ...new Set(
      densities.flatMap(({ view }) => view.measures.flatMap(({ lines }) => lines.map(({ name }) => name))),
    ),
  ];
  const style = (name: string): SeriesStyle => seriesStyle(names.indexOf(name));
  const measures = densities.flatMap(({ view }) => view.measures);
  const distinct = [...new Map(measures.map((measure) => [measure.title, measure])).values()];
  const panels = distinct.map(({ title, lines }): Panel => {
    const axis = sizeAxes.compression;
    const { scale, ticks } = sizeScale(
      lines.flatMap(({ points }) => points.map(({ density }) => 1 / density)),
      axis,
    );
    return {
      title,
      xTitle: 'Compression (density below)',
      xTicks: ticks,
      x: scale,
      yMax: 1,
      lines: lines
        .filter(({ points }) => points.length > 0)
        .map(({ name, points }) => ({
          name,
          style: style(name),
          points: points.map((point) =>
            plotPoint(
              1 / point.density,
              point,
              `density ${densityText(point.density)} (${compressionText(point.density)})`,
            ),
          ),
        })),
    };
  });
  return {
    panels: panels.slice(0, mostPanels),
    legend: names.map((name) => ({ name, style: style(name) })),
    leftOut: Math.max(0, panels.length - mostPanels),
  };
}
