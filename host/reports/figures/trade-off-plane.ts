import { scaleLog } from 'd3-scale';
import { compressionText, densityText, interval, meanAndDeviation } from '../study/format.ts';
import { listLines, type GroupLine } from '../study/group-lines.ts';
import { headlineOf, headlinePerFamily } from '../study/headline.ts';
import { kindOf, wordsOf } from '../study/question-words.ts';
import type { Group, Question, StudyReport } from '../study/study-report.ts';
import { ceilingOf, type Panel, type PlotLine, type PlotPoint } from './plot.ts';
import { seriesStyle, type SeriesStyle } from './series-style.ts';

export type Figure = {
  readonly panels: readonly Panel[];
  readonly legend: readonly { readonly name: string; readonly style: SeriesStyle }[];
};

const mostPanels = 4;

/** Accuracy against compression: one panel for clean accuracy and one for each kind of attack and certificate. */
export function tradeOffPlane({ groups, questions }: StudyReport): Figure {
  const headline = headlineOf(questions, groups);
  const clean = questions.filter((question) => kindOf(question) === 'clean');
  const shown = [...clean, ...headlinesFirst(headlinePerFamily(questions, headline), headline)];
  const lines = styledLines(groups);
  const densities = [...new Set(groups.map(({ density }) => density))].sort((left, right) => right - left);
  return {
    panels: shown.slice(0, mostPanels).map((question) => panelOf(question, lines, densities)),
    legend: lines.map(({ name, style }) => ({ name, style })),
  };
}

export type StyledLine = GroupLine & { readonly style: SeriesStyle };

export const styledLines = (groups: readonly Group[]): StyledLine[] =>
  listLines(groups).map((line, index) => ({ ...line, style: seriesStyle(index) }));

function panelOf(question: Question, lines: readonly StyledLine[], densities: readonly number[]): Panel {
  const drawn = lines.map((each): PlotLine => ({ ...each, points: pointsOf(each.groups, question) }));
  const highest = Math.max(0, ...drawn.flatMap(({ points }) => points.map(({ high }) => high)));
  return {
    title:
      kindOf(question) === 'clean' ? wordsOf(question).title : `${wordsOf(question).title}, ${question.id}`,
    xTitle: 'Compression (density below)',
    xTicks: densities.map((density) => ({
      value: density,
      label: compressionText(density),
      below: densityText(density),
    })),
    x: compressionScale(densities),
    yMax: ceilingOf(highest),
    lines: drawn.filter(({ points }) => points.length > 0),
  };
}

/** Logarithmic, more compressed to the right; one density alone stands in the middle. */
function compressionScale(densities: readonly number[]): (density: number) => number {
  const [most, least] = [Math.max(...densities), Math.min(...densities)];
  if (!(most > least)) return () => 0.5;
  const scale = scaleLog([1 / most, 1 / least], [0, 1]);
  return (density) => scale(1 / density);
}

function pointsOf(groups: readonly Group[], question: Question): PlotPoint[] {
  return groups
    .flatMap((group) => {
      const answer = group.answers.get(question.id);
      return answer === undefined ? [] : [{ group, answer }];
    })
    .sort((left, right) => right.group.density - left.group.density)
    .map(({ group, answer: { spread, proportion, perRun } }) => ({
      x: group.density,
      y: spread.mean,
      low: proportion.low,
      high: proportion.high,
      each: perRun.length > 1 ? perRun.map((run) => run.proportion.value) : [],
      text: `density ${densityText(group.density)}, ${meanAndDeviation(spread)} % [${interval(proportion)}]`,
    }));
}

const headlinesFirst = (questions: readonly Question[], headline: Question | undefined): Question[] =>
  headline === undefined ? [...questions] : [headline, ...questions.filter(({ id }) => id !== headline.id)];
