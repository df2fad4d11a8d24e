import type { ComparisonScope } from '#contract/compare.ts';
import { differences } from '#host/reports/compare/difference.ts';
import { epsilonPanels } from '#host/reports/compare/epsilon-panels.ts';
import { matrices } from '#host/reports/compare/matrix.ts';
import { compareOverview } from '#host/reports/compare/overview.ts';
import { comparePair } from '#host/reports/compare/pair.ts';
import { tradeOff } from '#host/reports/compare/trade-off.ts';
import { readComparedRuns } from '#host/reports/study/read-compared-runs.ts';
import type { ComparedRuns, Group, Question } from '#host/reports/study/study-report.ts';
import type { StoredRun } from '#host/store/store.ts';
import { RequestError } from '../request-error.ts';
import type { Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';
import { knownStudy } from './study-answers.ts';

export function compareAnswers(parts: HostParts): Workbench['compare'] {
  const read = rememberedReading(parts);
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

/** The screen asks several questions about the same runs: they are read again only when something of them changed. */
function rememberedReading(parts: HostParts): (scope: ComparisonScope) => ComparedRuns {
  let last: { readonly state: string; readonly compared: ComparedRuns } | undefined;
  return (scope) => {
    const runs = runsOf(parts, scope);
    const state = JSON.stringify([scope, runs.map((run) => [run.key, run.state, Object.keys(run.metrics)])]);
    if (last?.state === state) return last.compared;
    const compared = readComparedRuns(parts.store, runs, evaluationStages(parts, runs));
    last = { state, compared };
    return compared;
  };
}

function runsOf(parts: HostParts, scope: ComparisonScope): readonly StoredRun[] {
  if ('study' in scope) return parts.store.runsOf(knownStudy(parts, scope.study).id);
  const wanted = new Set(scope.runs);
  const found = parts.store.runs().filter(({ key }) => wanted.has(key));
  const known = new Set(found.map(({ key }) => key));
  const missing = scope.runs.find((key) => !known.has(key));
  if (missing === undefined) return found;
  throw new RequestError('not-found', `There is no run ${missing.slice(0, 10)} in this workspace.`);
}

const evaluationStages = ({ store }: HostParts, runs: readonly StoredRun[]) =>
  [...new Set(runs.flatMap(({ stages }) => stages))].flatMap((key) => {
    const stage = store.stage(key);
    return stage?.kind === 'evaluate' ? [stage] : [];
  });

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
