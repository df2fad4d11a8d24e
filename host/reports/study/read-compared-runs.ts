import { canonicalJson } from '#contract/canonical-json.ts';
import type { ReadableStore, StoredRun, StoredStage } from '#host/store/store.ts';
import { measureSpread } from '../statistics/spread.ts';
import { readEvaluations, type Evaluation } from '../views/evaluation.ts';
import { findContradictions } from '../views/sandwich.ts';
import { answerGroups, type GroupEvidence } from './answer-groups.ts';
import { densityOfSettings, labelOfSettings, lineOf, varyingPaths } from './group-labels.ts';
import { listQuestions } from './list-questions.ts';
import type { ComparedRuns, Group, ReportRun } from './compared-runs.ts';

/** Puts runs side by side, from what is stored now. `stages` holds at least all of their evaluations. */
export function readComparedRuns(
  store: ReadableStore,
  runs: readonly StoredRun[],
  stages: readonly StoredStage[],
): ComparedRuns {
  const all = evaluationsByRun(store, runs, stages);
  const contradictions = [...all.values()].flatMap(findContradictions);
  const refused = new Set(contradictions.map(({ certificate }) => certificate));
  const evaluations = new Map([...all].map(([run, own]) => [run, own.filter((each) => !refused.has(each))]));
  const questions = listQuestions([...all.values()]);
  const varying = varyingPaths(runs.map((run) => run.settings));
  return {
    factors: varying.map((path) => ({ path, values: distinctValues(runs, path) })),
    seeds: [...new Set(runs.map((run) => run.seed))].sort((left, right) => left - right),
    questions,
    groups: answerGroups(groupEvidence(runs, evaluations, varying), questions),
    runs: runs.map(reportRun),
    contradictions: [...new Set(contradictions.map(({ message }) => message))],
  };
}

function evaluationsByRun(
  store: ReadableStore,
  runs: readonly StoredRun[],
  stages: readonly StoredStage[],
): ReadonlyMap<string, readonly Evaluation[]> {
  const byKey = new Map(stages.map((stage) => [stage.key, stage]));
  return new Map(
    runs.map((run) => [
      run.key,
      readEvaluations(
        store,
        run.stages.flatMap((key) => byKey.get(key) ?? []),
      ),
    ]),
  );
}

function groupEvidence(
  runs: readonly StoredRun[],
  evaluations: ReadonlyMap<string, readonly Evaluation[]>,
  varying: readonly string[],
): GroupEvidence[] {
  const ids = [...new Set(runs.map((run) => canonicalJson(run.settings)))];
  const groups = ids.map((id) => {
    const own = runs.filter((run) => canonicalJson(run.settings) === id);
    return {
      group: emptyGroup(own, varying),
      evaluations: own.map((run) => ({ run: reportRun(run), evaluations: evaluations.get(run.key) ?? [] })),
    };
  });
  return inReadingOrder(groups);
}

function emptyGroup(runs: readonly StoredRun[], varying: readonly string[]): Group {
  const settings = runs[0]?.settings ?? {};
  const isDense = densityOfSettings(settings) === 1;
  return {
    id: runs[0]?.key ?? '',
    label: labelOfSettings(settings, varying),
    settings,
    line: lineOf(settings, { withPruning: !isDense }),
    density: isDense ? 1 : densityOfRuns(runs),
    isDense,
    runs: runs.map(reportRun),
    answers: new Map(),
  };
}

/**
 * The kept fraction of the weights: as measured, to three digits, since strategies that keep channels are asked for a
 * share of these; before there is a network, as asked.
 */
function densityOfRuns(runs: readonly StoredRun[]): number {
  const spread = measureSpread(runs.flatMap(({ metrics }) => metrics['density'] ?? []));
  return spread === undefined
    ? densityOfSettings(runs[0]?.settings ?? {})
    : Number(spread.mean.toPrecision(3));
}

/** Groups of one kind of training stay together, the dense one first, then each way of pruning by density. */
function inReadingOrder(groups: readonly GroupEvidence[]): GroupEvidence[] {
  const training = ({ group }: GroupEvidence): string => lineOf(group.settings, { withPruning: false });
  const trainings = [...new Set(groups.map(training))];
  const lines = [...new Set(groups.map(({ group }) => group.line))];
  return [...groups].sort(
    (left, right) =>
      trainings.indexOf(training(left)) - trainings.indexOf(training(right)) ||
      Number(right.group.isDense) - Number(left.group.isDense) ||
      lines.indexOf(left.group.line) - lines.indexOf(right.group.line) ||
      right.group.density - left.group.density,
  );
}

const reportRun = ({ key, seed, state, settings, stages, metrics }: StoredRun): ReportRun => ({
  key,
  seed,
  state,
  settings,
  stages,
  metrics,
});

function distinctValues(runs: readonly StoredRun[], path: string): string[] {
  const values = runs.map(({ settings }) => settings[path]);
  return [...new Set(values)].flatMap((value) => (value === undefined ? [] : [String(value)]));
}
