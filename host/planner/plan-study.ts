import { canonicalJson } from '#contract/canonical-json.ts';
import { listFactors, sourcePath } from '#contract/factors.ts';
import type { DatasetFacts } from '#contract/dataset.ts';
import type { PlannedRun, RunStage } from '#contract/run.ts';
import type { StageKey } from '#contract/stage.ts';
import type { StudyIssue } from '#contract/study.ts';
import { checkDataset } from './check-dataset.ts';
import { checkDetectors } from './check-detectors.ts';
import { checkNetworks } from './check-networks.ts';
import { checkPruning } from './check-pruning.ts';
import { runKey } from './content-key.ts';
import { isExcluded } from './exclude.ts';
import { settingsForExclusion, type InvalidStudy, type ParsedStudy, type StudyCell } from './parse-study.ts';
import { planPath, planTrunk, type Trunk } from './plan-path.ts';
import type { Plan, PlannedStage } from '#contract/plan.ts';
import { nameRuns } from './run-name.ts';
import { resolveCell, settingsOf } from './run-settings.ts';
import { needsBackground, settleOutliers } from './settle-outliers.ts';

export type Datasets = ReadonlyMap<string, DatasetFacts>;

/** From a study to its runs and the stages they share. Says what the datasets at hand make impossible. */
export function planStudy(
  study: ParsedStudy,
  datasets: Datasets,
): { readonly kind: 'planned'; readonly plan: Plan } | InvalidStudy {
  const kept = study.cells.filter(
    ({ cell }) => !isExcluded(study.header.exclude, settingsForExclusion(cell)),
  );
  const issues =
    kept.length === 0
      ? [{ path: ['exclude'], message: 'Every cell of the study is excluded, so no run is left.' }]
      : datasetIssues(kept, datasets);
  if (issues.length > 0) return { kind: 'invalid', issues: study.place(issues) };

  const { stages, runs: unnamed } = planPaths(kept, { seeds: study.header.seeds, datasets });
  const factors = listFactors(study.draft);
  const names = nameRuns(unnamed, factors);
  return {
    kind: 'planned',
    plan: {
      header: study.header,
      runs: unnamed.map((run, index) => ({ ...run, name: names[index]! })),
      stages,
      factors,
      excludedCellCount: study.cells.length - kept.length,
      unsharedStageCount: unnamed.reduce((count, run) => count + run.stages.length, 0),
    },
  };
}

type UnnamedRun = Omit<PlannedRun, 'name'>;
function planPaths(
  cells: readonly StudyCell[],
  { seeds, datasets }: { readonly seeds: readonly number[]; readonly datasets: Datasets },
): { readonly stages: PlannedStage[]; readonly runs: UnnamedRun[] } {
  const trunks = new Map<string, Trunk>();
  const stages = new Map<StageKey, PlannedStage>();
  const runs = new Map<string, UnnamedRun>();
  for (const { cell } of cells) {
    const resolved = resolveCell(cell);
    const settings = settingsOf(resolved);
    const settled = settleOutliers(resolved, datasets);
    const { dataset, network, pretrain } = settled;
    const trunkText = canonicalJson({ dataset, network, pretrain, background: needsBackground(settled) });
    const trunk = trunks.get(trunkText) ?? planTrunk(settled, datasets);
    trunks.set(trunkText, trunk);
    for (const seed of seeds) {
      const path = planPath(settled, trunk, seed);
      for (const stage of path) if (!stages.has(stage.key)) stages.set(stage.key, stage);
      const key = runKey(path.map((stage) => stage.key));
      if (!runs.has(key)) runs.set(key, { key, seed, settings, stages: path.map(runStage) });
    }
  }
  return { stages: [...stages.values()], runs: [...runs.values()] };
}

const runStage = ({ key, kind, label }: PlannedStage): RunStage => ({ key, kind, label });

function datasetIssues(cells: readonly StudyCell[], datasets: Datasets): StudyIssue[] {
  const issues = new Map<string, StudyIssue>();
  const networkIssues = checkNetworks(datasets);
  for (const { cell, draft } of cells)
    for (const issue of [
      ...checkDataset(cell, datasets),
      ...networkIssues(cell),
      ...checkPruning(cell),
      ...checkDetectors(cell),
    ])
      issues.set(`${sourcePath(draft, issue.path).join('.')} ${issue.message}`, {
        ...issue,
        path: sourcePath(draft, issue.path),
      });
  return [...issues.values()];
}
