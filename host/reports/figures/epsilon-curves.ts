import { formatFraction } from '#contract/quantities.ts';
import { ballOf, withoutCovered } from '../study/question-words.ts';
import { compressionText, densityText, interval, meanAndDeviation } from '../study/format.ts';
import { familiesOf, headlineOf } from '../study/headline.ts';
import type { Answer, Group, Question } from '../study/compared-runs.ts';
import type { StudyReport } from '../study/study-report.ts';
import { linearScale } from './linear-scale.ts';
import { ceilingOf, type Panel, type PlotLine, type PlotPoint } from './plot.ts';
import { styledLines, type Figure, type StyledLine } from './figure.ts';

const mostPanels = 6;

/**
 * Attacked accuracy against epsilon, from the clean accuracy at 0: a panel for each density, so that lines of one panel
 * differ in their training alone, and for each kind of attack, the headline's first.
 */
export function epsilonCurves({ groups, questions }: StudyReport): Figure {
  const headline = headlineOf(questions, groups);
  const families = attackFamilies(questions).sort(
    (left, right) =>
      Number(right.some(({ id }) => id === headline?.id)) -
      Number(left.some(({ id }) => id === headline?.id)),
  );
  const lines = styledLines(groups);
  const densities = [...new Set(groups.map(({ density }) => density))].sort((left, right) => right - left);
  const panels = families.flatMap((family) => densities.map((density) => panelOf(family, density, lines)));
  const shown = panels.filter((panel) => panel.lines.length > 0).slice(0, mostPanels);
  const highest = Math.max(0, ...shown.flatMap((panel) => panel.lines.flatMap(highsOf)));
  return {
    panels: shown.map((panel) => ({ ...panel, yMax: ceilingOf(highest) })),
    legend: lines.map(({ name, style }) => ({ name, style })),
  };
}

/** Certificates have a figure of their own; a worst case stands for the attacks it is taken over. */
function attackFamilies(questions: readonly Question[]): Question[][] {
  return familiesOf(withoutCovered(questions).filter(({ certificate }) => certificate === undefined));
}

const highsOf = ({ points }: PlotLine): number[] => points.map(({ high }) => high);

function panelOf(questions: readonly Question[], density: number, lines: readonly StyledLine[]): Panel {
  const sorted = [...questions].sort((left, right) => epsilonOf(left) - epsilonOf(right));
  const radii = [...new Set([0, ...sorted.map(epsilonOf)])];
  const [first] = sorted;
  const family = (
    first?.worst === undefined ? (first?.id ?? '') : `worst case, ${first.worst.norm} `
  ).replace(/ \S*$/, '');
  return {
    title:
      density === 1
        ? `${family}, dense`
        : `${family}, density ${densityText(density)} (${compressionText(density)})`,
    xTitle:
      first !== undefined && ballOf(first)?.norm === 'linf'
        ? 'Epsilon: largest change of a pixel'
        : 'Epsilon: Euclidean length',
    xTicks: thinned(radii).map((value) => ({ value, label: formatFraction(value) })),
    x: linearScale(0, Math.max(...radii)),
    yMax: 1,
    lines: drawnLines(lines, density, sorted),
  };
}

/** A dense network that several lines start from is drawn once. */
function drawnLines(
  lines: readonly StyledLine[],
  density: number,
  questions: readonly Question[],
): PlotLine[] {
  const drawn = new Set<Group>();
  return lines.flatMap(({ name, style, groups }) => {
    const group = groups.find((each) => each.density === density);
    if (group === undefined || drawn.has(group)) return [];
    drawn.add(group);
    const points = pointsOf(group, questions);
    return points.length === 0 ? [] : [{ name, style, points }];
  });
}

function pointsOf(group: Group, questions: readonly Question[]): PlotPoint[] {
  const attacked = questions.flatMap((question) => {
    const answer = group.answers.get(question.id);
    return answer === undefined ? [] : [pointOf(epsilonOf(question), answer)];
  });
  const clean = group.answers.get('clean');
  const startsAtZero = questions.some((question) => epsilonOf(question) === 0);
  if (clean === undefined || attacked.length === 0 || startsAtZero) return attacked;
  return [pointOf(0, clean), ...attacked];
}

const pointOf = (epsilon: number, { spread, proportion, perRun }: Answer): PlotPoint => ({
  x: epsilon,
  y: spread.mean,
  low: proportion.low,
  high: proportion.high,
  band: spread.count > 1 ? rangeOf(perRun) : undefined,
  each: [],
  text: `epsilon ${formatFraction(epsilon)}, ${meanAndDeviation(spread)} % [${interval(proportion)}]`,
});

function rangeOf(perRun: Answer['perRun']): { readonly low: number; readonly high: number } {
  const values = perRun.map(({ proportion }) => proportion.value);
  return { low: Math.min(...values), high: Math.max(...values) };
}

const epsilonOf = (question: Question): number => ballOf(question)?.epsilon ?? 0;

/** Labels of more radii would run into each other. */
function thinned(radii: readonly number[]): number[] {
  const step = Math.ceil(radii.length / 7);
  return radii.filter((_, index) => index % step === 0 || index === radii.length - 1);
}
