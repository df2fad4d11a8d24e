import { differences } from '#host/reports/compare/difference.ts';
import { epsilonPanels } from '#host/reports/compare/epsilon-panels.ts';
import { matrices } from '#host/reports/compare/matrix.ts';
import { compareOverview } from '#host/reports/compare/overview.ts';
import { comparePair } from '#host/reports/compare/pair.ts';
import { tradeOff } from '#host/reports/compare/trade-off.ts';
import type { ComparedRuns, Group, Question } from '#host/reports/study/compared-runs.ts';
import { RequestError } from '../request-error.ts';
import type { Workbench } from '../workbench.ts';
import { rememberedReading } from './compared-runs-reading.ts';
import type { HostParts } from './host-parts.ts';

export function compareAnswers(parts: HostParts): Workbench['compare'] {
  const read = rememberedReading(parts, ({ compared }) => compared);
  return {
    overview: (scope) => compareOverview(read(scope)),
    tradeOff: ({ scope, x, y }) => {
      const compared = read(scope);
      return tradeOff(compared, questionOf(compared, y), x);
    },
    epsilon: (scope) => epsilonPanels(read(scope)),
    matrix: ({ scope, measure, ...options }) => {
      const compared = read(scope);
      return matrices(compared, questionOf(compared, measure), options);
    },
    difference: ({ scope, measure, baseline, test }) => {
      const compared = read(scope);
      const group = groupOf(compared, baseline);
      return differences(compared, questionOf(compared, measure), { baseline: group, test });
    },
    pair: ({ first, second }) => comparePair(read({ runs: [first, second] }), first, second),
  };
}

function questionOf({ questions }: ComparedRuns, id: string): Question {
  const question = questions.find((each) => each.id === id);
  if (question !== undefined) return question;
  const known = questions.map((each) => each.id).join(', ');
  throw new RequestError('not-found', `None of these runs was asked for "${id}". There are: ${known}.`);
}

function groupOf({ groups }: ComparedRuns, id: string): Group {
  const group = groups.find((each) => each.id === id);
  if (group !== undefined) return group;
  throw new RequestError('not-found', 'The baseline is not among the compared groups. Choose one of them.');
}
