import type { SizeAxis, SizeId, TradeOffPoint, TradeOffView } from '#contract/compare.ts';
import { availableAxes } from '../compare/size-axes.ts';
import { tradeOff } from '../compare/trade-off.ts';
import { densityText, interval, meanAndDeviation } from '../study/format.ts';
import { headlineOf, headlinePerFamily } from '../study/headline.ts';
import { kindOf, titleOf, withoutCovered } from '../study/question-words.ts';
import type { Question } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { styledLines, type Figure } from './figure.ts';
import { ceilingOf, type Panel, type PlotLine, type PlotPoint } from './plot.ts';
import { seriesStyle } from './series-style.ts';
import { sizeScale, sizeText } from './size-scale.ts';

const mostPanels = 4;

/** Accuracy against compression: one panel for clean accuracy and one for each kind of attack and certificate. */
export function tradeOffPlane(report: StudyReport): Figure {
  const { groups, questions } = report;
  const headline = headlineOf(questions, groups);
  const clean = questions.filter((question) => kindOf(question) === 'clean');
  const shown = [...clean, ...headlinesFirst(headlinePerFamily(questions, headline), headline)];
  return {
    panels: withoutCovered(shown)
      .slice(0, mostPanels)
      .map((question) => panelOf(tradeOff(report, question, 'compression'), titleOf(question))),
    legend: legendOf(report),
  };
}

const costs: readonly SizeId[] = ['macs.nonzero', 'bytes.sparse', 'latency.1', 'latency.64'];

/** The headline's accuracy against what the networks cost in other terms than density. */
export function costPlane(report: StudyReport): Figure {
  const headline = costMeasure(report);
  const axes = availableAxes(report).filter(({ id }) => costs.includes(id));
  if (headline === undefined) return { panels: [], legend: [] };
  return {
    panels: axes.map((axis) => panelOf(tradeOff(report, headline, axis.id), axis.title)),
    legend: legendOf(report),
  };
}

/** What the cost plane is of. */
export const costMeasure = ({ questions, groups }: StudyReport): Question | undefined =>
  headlineOf(questions, groups) ?? questions.find(({ id }) => id === 'clean');

const legendOf = ({ groups }: StudyReport): Figure['legend'] =>
  styledLines(groups).map(({ name, style }) => ({ name, style }));

function panelOf(view: TradeOffView, title: string): Panel {
  const drawn = view.lines.map(({ name, points }, index): PlotLine => ({
    name,
    style: seriesStyle(index),
    points: points.map((point) => plotPoint(point, view.x)),
  }));
  const points = view.lines.flatMap((line) => line.points);
  const { scale, ticks } = sizeScale(
    points.map(({ x }) => x),
    view.x,
  );
  const highest = Math.max(0, ...points.map(({ high, y }) => Math.max(high, y.max)));
  const byGroup = new Map(points.map((point) => [point.group, point]));
  return {
    title,
    xTitle: view.x.id === 'compression' ? 'Compression (density below)' : axisTitle(view.x),
    xTicks: ticks,
    x: scale,
    yMax: ceilingOf(highest),
    lines: drawn.filter((each) => each.points.length > 0),
    front: view.front.flatMap((id) => byGroup.get(id) ?? []).map(({ x, y }) => ({ x, y: y.mean })),
  };
}

const axisTitle = ({ title, unit }: SizeAxis): string => (unit === '' ? title : `${title} (${unit})`);

function plotPoint({ x, y, low, high, density, seeds, isOnFront }: TradeOffPoint, axis: SizeAxis): PlotPoint {
  const cost = axis.id === 'compression' ? '' : `${sizeText(x, axis)}, `;
  const range =
    seeds.length > 1 ? `, seeds from ${(100 * y.min).toFixed(1)} to ${(100 * y.max).toFixed(1)}` : '';
  return {
    x,
    y: y.mean,
    low,
    high,
    band: seeds.length > 1 ? { low: y.min, high: y.max } : undefined,
    each: seeds.length > 1 ? seeds.map((seed) => seed.y) : [],
    text: `${cost}density ${densityText(density)}, ${meanAndDeviation(y)} % [${interval({ low, high })}]${range}${isOnFront ? '; on the Pareto front' : ''}`,
  };
}

const headlinesFirst = (questions: readonly Question[], headline: Question | undefined): Question[] =>
  headline === undefined ? [...questions] : [headline, ...questions.filter(({ id }) => id !== headline.id)];
