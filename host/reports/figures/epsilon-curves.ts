import { formatFraction } from '#contract/quantities.ts';
import { densityText, interval, meanAndDeviation } from '../study/format.ts';
import { familyOf } from '../study/headline.ts';
import type { Answer, Group, Question, StudyReport } from '../study/study-report.ts';
import { linearScale } from './linear-scale.ts';
import { ceilingOf, type Panel, type PlotLine, type PlotPoint } from './plot.ts';
import { nestedStyle, type SeriesStyle } from './series-style.ts';
import { listLines, type Figure } from './trade-off-plane.ts';

const mostPanels = 4;

/** Attacked accuracy against epsilon, from the clean accuracy at 0: one panel for each kind of attack. */
export function epsilonCurves({ groups, questions }: StudyReport): Figure {
  const families = new Map<string, Question[]>();
  for (const question of questions)
    if (question.attack !== undefined) {
      const family = familyOf(question.attack);
      families.set(family, [...(families.get(family) ?? []), question]);
    }
  const styled = styleGroups(groups);
  return {
    panels: [...families.values()].slice(0, mostPanels).map((members) => panelOf(members, styled)),
    legend: styled.map(({ name, style }) => ({ name, style })),
  };
}

type StyledGroup = { readonly group: Group; readonly name: string; readonly style: SeriesStyle };

/** Colour says the training, as in the trade-off plane; marker and dashes say the density. */
function styleGroups(groups: readonly Group[]): StyledGroup[] {
  const lines = listLines(groups);
  const densities = [...new Set(groups.map(({ density }) => density))].sort((left, right) => right - left);
  return groups.map((group) => {
    const index = Math.max(
      0,
      lines.findIndex((each) => each.groups.includes(group)),
    );
    const density = group.isDense ? 'dense' : `density ${densityText(group.density)}`;
    return {
      group,
      name: group.label === '' ? density : `${group.label}, ${density}`,
      style: nestedStyle(index, densities.indexOf(group.density)),
    };
  });
}

function panelOf(questions: readonly Question[], groups: readonly StyledGroup[]): Panel {
  const sorted = [...questions].sort((left, right) => epsilonOf(left) - epsilonOf(right));
  const lines = groups
    .map(({ group, name, style }): PlotLine => ({ name, style, points: pointsOf(group, sorted) }))
    .filter(({ points }) => points.length > 0);
  const radii = [...new Set([0, ...sorted.map(epsilonOf)])];
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ high }) => high)));
  const attack = sorted[0]?.attack;
  return {
    title: (sorted[0]?.id ?? '').replace(/ \S+$/, ''),
    xTitle: attack?.norm === 'linf' ? 'Epsilon, largest change of a pixel' : 'Epsilon, Euclidean length',
    xTicks: thinned(radii).map((value) => ({ value, label: formatFraction(value) })),
    x: linearScale(0, Math.max(...radii)),
    yMax: ceilingOf(highest),
    lines,
  };
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

const pointOf = (epsilon: number, { spread, proportion }: Answer): PlotPoint => ({
  x: epsilon,
  y: spread.mean,
  low: proportion.low,
  high: proportion.high,
  each: [],
  text: `epsilon ${formatFraction(epsilon)}, ${meanAndDeviation(spread)} % [${interval(proportion)}]`,
});

const epsilonOf = ({ attack }: Question): number => attack?.epsilon ?? 0;

/** Labels of more radii would run into each other. */
function thinned(radii: readonly number[]): number[] {
  const step = Math.ceil(radii.length / 7);
  return radii.filter((_, index) => index % step === 0 || index === radii.length - 1);
}
