import type { LineageStage, RunDetail, SeriesName } from '#contract/views.ts';
import type { ReadableStore, StoredRun, StoredStage } from '#host/store/store.ts';
import { denseTwinOf } from './dense-twin.ts';
import { readEvaluations } from './evaluation.ts';
import { evaluationCards } from './evaluation-card.ts';
import { tellMixedEngines } from './mixed-engines.ts';
import { namedOpenWorldMetrics } from './open-world-metrics.ts';
import { runRowOf } from './run-rows.ts';
import { worstCaseCards } from './worst-case.ts';

/** Everything about one run, or nothing where the store has none of this key. */
export function readRunDetail(store: ReadableStore, key: string): RunDetail | undefined {
  const run = store.run(key);
  if (run === undefined) return undefined;
  const stages = store.stagesOfRun(key);
  const twin = denseTwinOf(run, store.runs());
  const evaluations = readEvaluations(store, stages);
  const ofTwin = twin === undefined ? [] : readEvaluations(store, store.stagesOfRun(twin.key));
  const row = runRowOf(run, evaluations, namedOpenWorldMetrics(store, stages));
  const lineage = stages.map((stage) => lineageStage(store, stage, row.refused));
  return {
    ...row,
    lineage,
    evaluations: evaluationCards(evaluations, {
      classCount: classCountOf(stages),
      twin: ofTwin,
      remarks: tellMixedEngines(stages),
    }),
    worstCases: worstCaseCards(evaluations, ofTwin),
    series: lineage.flatMap(seriesOf),
    recipe: recipeOf(run, stages),
  };
}

function classCountOf(stages: readonly StoredStage[]): number | undefined {
  const pretrain = stages.map(({ recipe }) => recipe).find((recipe) => recipe.kind === 'pretrain');
  return pretrain?.network.classCount;
}

function lineageStage(
  store: ReadableStore,
  stage: StoredStage,
  refused: readonly string[] = [],
): LineageStage {
  return {
    key: stage.key,
    kind: stage.kind,
    label: stage.label,
    state: stage.state,
    seconds: stage.seconds,
    progress: stage.progress,
    failure: stage.failure,
    sharedByRuns: Math.max(0, stage.runCount - 1),
    recipe: JSON.stringify(stage.recipe, null, 2),
    summaries: store.summaries(stage.key).filter(({ name }) => !refused.includes(name)),
    environment: stage.environment,
  };
}

/** A curve needs two points; single values stand in the card. */
const seriesOf = (stage: LineageStage): SeriesName[] =>
  stage.summaries
    .filter((summary) => summary.count > 1)
    .map((summary) => ({ stage: stage.key, stageLabel: stage.label, metric: summary.name }));

function recipeOf(run: StoredRun, stages: readonly StoredStage[]): string {
  const recipe = {
    run: run.key,
    seed: run.seed,
    settings: run.settings,
    stages: stages.map((stage) => ({ key: stage.key, label: stage.label, recipe: stage.recipe })),
  };
  return JSON.stringify(recipe, null, 2);
}
