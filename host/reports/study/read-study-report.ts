import { canonicalJson } from '#contract/canonical-json.ts';
import type { ReadableStore, StoredRun, StoredStage, StoredStudy } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';
import { attackOf, certificateOf, labelOf, readEvaluations, type Evaluation } from '../views/evaluation.ts';
import { describeThreat } from '../views/evaluation-card.ts';
import { findContradictions } from '../views/sandwich.ts';
import { tellMixedEngines } from '../views/mixed-engines.ts';
import { loadSplit } from '../views/stored-split.ts';
import { answerGroups, type GroupEvidence } from './answer-groups.ts';
import { describeFindings } from './findings.ts';
import { densityOfSettings, labelOfSettings, lineOf, varyingPaths } from './group-labels.ts';
import type { Group, Question, ReportRun, ReportStage, StudyReport } from './study-report.ts';

export type ReportSource = {
  readonly store: ReadableStore;
  readonly workspace: Workspace;
  readonly at: number;
};

/** Gathers all that a report of a study says from what is stored now; unfinished runs have no answers yet. */
export function readStudyReport(source: ReportSource, study: StoredStudy): StudyReport {
  const { store } = source;
  const stages = store.stagesOfStudy(study.id);
  const runs = store.runsOf(study.id);
  const all = evaluationsByRun(store, runs, stages);
  const contradictions = [...all.values()].flatMap(findContradictions);
  const refused = new Set(contradictions.map(({ certificate }) => certificate));
  const evaluations = new Map([...all].map(([run, own]) => [run, own.filter((each) => !refused.has(each))]));
  const questions = listQuestions([...all.values()].flat());
  const varying = varyingPaths(runs.map((run) => run.settings));
  const groups = answerGroups(groupEvidence(runs, evaluations, varying), questions);
  return {
    study,
    madeAt: source.at,
    factors: varying.map((path) => ({ path, values: distinctValues(runs, path) })),
    seeds: [...new Set(runs.map((run) => run.seed))].sort((left, right) => left - right),
    questions,
    groups,
    runs: runs.map(reportRun),
    stages: stages.map(reportStage),
    environments: distinct(
      stages.flatMap(({ environment }) => (environment === undefined ? [] : [environment])),
    ),
    datasets: distinct(
      stages.flatMap((stage) =>
        stage.kind === 'import' ? (loadSplit(source, stage.key)?.manifest ?? []) : [],
      ),
    ),
    findings: [...describeFindings(groups, questions), ...tellMixedEngines(stages)],
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

function listQuestions(evaluations: readonly Evaluation[]): Question[] {
  const asked = distinctBy(evaluations, labelOf);
  const clean: Question = {
    id: 'clean',
    threat: 'No attack: the test images as they are.',
    attack: undefined,
  };
  return [
    clean,
    ...asked.filter((each) => attackOf(each) !== undefined).map(questionOf),
    ...asked.filter((each) => certificateOf(each) !== undefined).map(questionOf),
  ];
}

function questionOf(evaluation: Evaluation): Question {
  const certificate = certificateOf(evaluation);
  return {
    id: labelOf(evaluation),
    threat: describeThreat(evaluation),
    attack: attackOf(evaluation),
    ...(certificate && { certificate }),
  };
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
      group: emptyGroup(id, own, varying),
      evaluations: own.map((run) => ({ run: reportRun(run), evaluations: evaluations.get(run.key) ?? [] })),
    };
  });
  return inReadingOrder(groups);
}

function emptyGroup(id: string, runs: readonly StoredRun[], varying: readonly string[]): Group {
  const settings = runs[0]?.settings ?? {};
  const density = densityOfSettings(settings);
  return {
    id,
    label: labelOfSettings(settings, varying),
    settings,
    line: lineOf(settings, { withPruning: density < 1 }),
    density,
    isDense: density === 1,
    runs: runs.map(reportRun),
    answers: new Map(),
  };
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

const reportRun = ({ key, seed, state, settings, stages }: StoredRun): ReportRun => ({
  key,
  seed,
  state,
  settings,
  stages,
});

const reportStage = (stage: StoredStage): ReportStage => ({
  key: stage.key,
  kind: stage.kind,
  label: stage.label,
  state: stage.state,
  seconds: stage.seconds,
  recipe: JSON.stringify(stage.recipe, null, 2),
  device: stage.environment?.device,
});

function distinctValues(runs: readonly StoredRun[], path: string): string[] {
  const values = runs.map(({ settings }) => settings[path]);
  return [...new Set(values)].flatMap((value) => (value === undefined ? [] : [String(value)]));
}

const distinctBy = <Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] =>
  [...new Map(values.toReversed().map((value) => [keyOf(value), value])).values()].reverse();

const distinct = <Value>(values: readonly Value[]): Value[] => [
  ...new Map(values.map((value) => [canonicalJson(value), value])).values(),
];
