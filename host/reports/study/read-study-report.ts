import { canonicalJson } from '#contract/canonical-json.ts';
import type { ReadableStore, StoredStage, StoredStudy } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';
import { rememberedDetection, type Detect } from '../open-world/detect.ts';
import { readOpenWorldReport } from '../open-world/open-world-report.ts';
import { tellMixedEngines } from '../views/mixed-engines.ts';
import { loadSplit } from '../views/stored-split.ts';
import { describeFindings } from './findings.ts';
import { readComparedRuns } from './read-compared-runs.ts';
import type { ReportStage, StudyReport } from './study-report.ts';

export type ReportSource = {
  readonly store: ReadableStore;
  readonly workspace: Workspace;
  readonly at: number;
  /** Left out: measured now. */
  readonly detect?: Detect;
};

/** Gathers all that a report of a study says from what is stored now; unfinished runs have no answers yet. */
export function readStudyReport(source: ReportSource, study: StoredStudy): StudyReport {
  const { store, detect = rememberedDetection().detect } = source;
  const stages = store.stagesOfStudy(study.id);
  const compared = readComparedRuns(store, store.runsOf(study.id), stages);
  const openWorld = readOpenWorldReport(store, compared.groups, { stages, detect });
  return {
    ...compared,
    ...(openWorld && { openWorld }),
    study,
    madeAt: source.at,
    stages: stages.map(reportStage),
    environments: distinct(
      stages.flatMap(({ environment }) => (environment === undefined ? [] : [environment])),
    ),
    datasets: distinct(
      stages.flatMap((stage) =>
        stage.kind === 'import' ? (loadSplit(source, stage.key)?.manifest ?? []) : [],
      ),
    ),
    findings: [...describeFindings(compared.groups, compared.questions), ...tellMixedEngines(stages)],
    layers: [],
  };
}

const reportStage = (stage: StoredStage): ReportStage => ({
  key: stage.key,
  kind: stage.kind,
  label: stage.label,
  state: stage.state,
  seconds: stage.seconds,
  recipe: JSON.stringify(stage.recipe, null, 2),
  device: stage.environment?.device,
});

const distinct = <Value>(values: readonly Value[]): Value[] => [
  ...new Map(values.map((value) => [canonicalJson(value), value])).values(),
];
