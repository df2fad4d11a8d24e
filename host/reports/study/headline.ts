import { ballOf } from './question-words.ts';
import type { Group, Question } from './compared-runs.ts';

/**
 * The attack that sentences and the trade-off plane speak of: the one with the most gradient steps, or the worst
 * case over several, in the ball that the networks were trained for where there is one, else in the largest.
 */
export function headlineOf(questions: readonly Question[], groups: readonly Group[]): Question | undefined {
  const attacked = questions.filter(({ attack, worst }) => attack !== undefined || worst !== undefined);
  const most = Math.max(...attacked.map(effortOf));
  const strongest = attacked.filter((question) => effortOf(question) === most);
  const trained = new Set(
    groups.flatMap(({ settings }) => [
      settings['pretrain.objective.epsilon'],
      settings['finetune.objective.epsilon'],
    ]),
  );
  const inTraining = strongest.filter((question) => trained.has(ballOf(question)?.epsilon));
  return largest(inTraining) ?? largest(strongest);
}

/** The attacks and certificates of a study, parted by everything but their radius. */
export function familiesOf(questions: readonly Question[]): Question[][] {
  const families = new Map<string, Question[]>();
  for (const question of questions)
    if (ballOf(question) !== undefined) {
      const family = familyOf(question);
      families.set(family, [...(families.get(family) ?? []), question]);
    }
  return [...families.values()];
}

/** The question to show for every family: the headline's radius where the family has it, else its largest. */
export function headlinePerFamily(
  questions: readonly Question[],
  headline: Question | undefined,
): Question[] {
  return familiesOf(questions).flatMap((members) => {
    const same = members.filter(
      (member) => ballOf(member)?.epsilon === (headline && ballOf(headline)?.epsilon),
    );
    return largest(same) ?? largest(members) ?? [];
  });
}

function effortOf({ attack, worst }: Question): number {
  if (worst !== undefined) return Number.POSITIVE_INFINITY;
  if (attack === undefined || attack.kind === 'noise') return 0;
  return attack.kind === 'fgsm' ? 1 : attack.steps * attack.restarts;
}

const largest = (questions: readonly Question[]): Question | undefined =>
  [...questions].sort((left, right) => (ballOf(right)?.epsilon ?? 0) - (ballOf(left)?.epsilon ?? 0))[0];

/** Everything of an attack or certificate but its radius, and the step that follows from it: a sweep over epsilon is one family. */
function familyOf({ attack, certificate, worst }: Question): string {
  if (worst !== undefined) return `worst ${worst.norm}`;
  const own = Object.entries(attack ?? certificate ?? {}).filter(
    ([field]) => field !== 'epsilon' && field !== 'stepSize',
  );
  return JSON.stringify(own);
}
