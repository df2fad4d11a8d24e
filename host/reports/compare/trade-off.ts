import type { SizeId, TradeOffLine, TradeOffPoint, TradeOffView } from '#contract/compare.ts';
import { measureSpread } from '../statistics/spread.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import { listLines, type GroupLine } from '../study/group-lines.ts';
import type { ComparedRuns, Group, Question } from '../study/compared-runs.ts';
import { measureView } from './measure-view.ts';
import { sizeAxes, sizeOfRun } from './size-axes.ts';

/** Accuracy against what a network costs, a line for each strategy and training. */
export function tradeOff(compared: ComparedRuns, question: Question, x: SizeId): TradeOffView {
  const axis = sizeAxes[x];
  const lines = listLines(compared.groups).map((line) => lineOf(line, { question, x }));
  const points = distinctGroups(lines.flatMap((each) => each.points));
  const front = paretoFront(points, axis.isLargerBetter);
  const onFront = new Set(front);
  return {
    x: axis,
    y: measureView(question),
    lines: lines.map((line) => ({
      ...line,
      points: line.points.map((point) => ({ ...point, isOnFront: onFront.has(point.group) })),
    })),
    front,
  };
}

type Asked = { readonly question: Question; readonly x: SizeId };

const lineOf = ({ name, groups }: GroupLine, asked: Asked): TradeOffLine => ({
  name,
  points: groups
    .flatMap((group) => pointOf(group, asked))
    .sort((left, right) => right.density - left.density || right.x - left.x),
});

function pointOf(group: Group, { question, x }: Asked): TradeOffPoint[] {
  const answer = group.answers.get(question.id);
  if (answer === undefined) return [];
  const seeds = answer.perRun.flatMap(({ run, proportion }) => {
    const cost = sizeOfRun(group, run, x);
    return cost === undefined ? [] : [{ run: run.key, seed: run.seed, x: cost, y: proportion.value }];
  });
  const cost = measureSpread(seeds.map((seed) => seed.x));
  const y = measureSeeds(seeds.map((seed) => seed.y));
  if (cost === undefined || y === undefined) return [];
  const { low, high } = answer.proportion;
  return [{ group: group.id, density: group.density, x: cost.mean, y, low, high, isOnFront: false, seeds }];
}

/** A dense network starts several lines and is one point. */
const distinctGroups = (points: readonly TradeOffPoint[]): TradeOffPoint[] => [
  ...new Map(points.map((point) => [point.group, point])).values(),
];

/**
 * Groups, cheapest first, that no other beats: none is at least as good in cost and mean accuracy and better in one.
 * Means are compared as they are: that a point lies on the front says nothing of significance.
 */
export function paretoFront(
  points: readonly { readonly group: string; readonly x: number; readonly y: { readonly mean: number } }[],
  isLargerBetter: boolean,
): string[] {
  const cost = ({ x }: { readonly x: number }): number => (isLargerBetter ? -x : x);
  return points
    .filter(
      (point) =>
        !points.some(
          (other) =>
            cost(other) <= cost(point) &&
            other.y.mean >= point.y.mean &&
            (cost(other) < cost(point) || other.y.mean > point.y.mean),
        ),
    )
    .sort((left, right) => cost(left) - cost(right))
    .map(({ group }) => group);
}
