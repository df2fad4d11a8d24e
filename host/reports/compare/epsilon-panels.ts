import { certificateSubjects } from '#contract/certificate.ts';
import type { EpsilonPanel, EpsilonPoint } from '#contract/compare.ts';
import { measureProportion } from '../statistics/proportion.ts';
import { measureSeeds } from '../statistics/seed-spread.ts';
import { ballOf } from '../study/question-words.ts';
import type { Answer, ComparedRuns, Group, Question } from '../study/compared-runs.ts';
import { isSameExamples } from '../views/same-examples.ts';

/**
 * Accuracy against epsilon, a panel for each group and norm. Above, what survived all attacks of each ball, which can
 * only be too high; below, what any certificate of the ball verified, which can only be too low. Smoothing speaks of
 * another classifier and is left out.
 */
export function epsilonPanels({ groups, questions }: ComparedRuns): EpsilonPanel[] {
  const norms = [...new Set(questions.flatMap((question) => ballOf(question)?.norm ?? []))];
  return groups.flatMap((group) =>
    norms.flatMap((norm): EpsilonPanel[] => {
      const inNorm = questions.filter((question) => ballOf(question)?.norm === norm);
      const attacked = curve(
        group,
        inNorm.filter(({ attack }) => attack !== undefined),
        every,
      );
      const certified = curve(group, inNorm.filter(isAboutTheNetwork), any);
      if (attacked.length + certified.length === 0) return [];
      const { id, label, density } = group;
      return [
        {
          group: id,
          label,
          density,
          norm,
          attacked: fromClean(group, attacked),
          certified: fromClean(group, certified),
        },
      ];
    }),
  );
}

const isAboutTheNetwork = ({ certificate }: Question): boolean =>
  certificate !== undefined && certificateSubjects[certificate.kind] === 'network';

type Fold = (all: readonly number[]) => boolean;
const every: Fold = (all) => all.every((one) => one === 1);
const any: Fold = (all) => all.some((one) => one === 1);

function curve(group: Group, questions: readonly Question[], holds: Fold): EpsilonPoint[] {
  const byRadius = Map.groupBy(questions, (question) => ballOf(question)?.epsilon ?? 0);
  return [...byRadius]
    .sort(([left], [right]) => left - right)
    .flatMap(([epsilon, same]) => {
      const answers = same.flatMap(({ id }) => {
        const answer = group.answers.get(id);
        return answer === undefined ? [] : [{ id, answer }];
      });
      const values = foldSeeds(
        answers.map(({ answer }) => answer),
        holds,
      );
      return pointOf(
        epsilon,
        values,
        answers.map(({ id }) => id),
      );
    });
}

/** By seed, the fraction of examples that hold under all (or any) of the answers. Seeds that lack one are left out. */
function foldSeeds(answers: readonly Answer[], holds: Fold): Fractions {
  const [first, ...others] = answers;
  if (first === undefined) return [];
  return [...first.correctness].flatMap(([seed, own]) => {
    const rest = others.flatMap(({ correctness }) => correctness.get(seed) ?? []);
    if (rest.length < others.length || !rest.every((each) => isSameExamples(each, own))) return [];
    const held = own.correct.reduce(
      (sum, one, index) => sum + (holds([one, ...rest.map(({ correct }) => correct[index] ?? 0)]) ? 1 : 0),
      0,
    );
    return [{ held, total: own.correct.length }];
  });
}

type Fractions = readonly { readonly held: number; readonly total: number }[];

function pointOf(epsilon: number, values: Fractions, by: readonly string[]): EpsilonPoint[] {
  const value = measureSeeds(values.map(({ held, total }) => held / total));
  const total = values[0]?.total;
  if (value === undefined || total === undefined) return [];
  const { low, high } = measureProportion(Math.min(total, value.mean * total), total);
  return [{ epsilon, value, low, high, by }];
}

/** A ball of radius 0 is the image itself: attacked, certified and clean accuracy are one. */
function fromClean({ answers }: Group, points: readonly EpsilonPoint[]): readonly EpsilonPoint[] {
  const clean = answers.get('clean');
  if (clean === undefined || points.length === 0 || points[0]?.epsilon === 0) return points;
  const values = [...clean.correctness.values()].map(({ correct }) => ({
    held: correct.reduce((sum, one) => sum + one, 0),
    total: correct.length,
  }));
  return [...pointOf(0, values, []), ...points];
}
