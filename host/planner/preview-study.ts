import type { StageKey } from '#contract/stage.ts';
import type { PlanPreview } from '#contract/views.ts';
import { estimatePlan } from './estimate-plan.ts';
import { parseStudy } from './parse-study.ts';
import { planStudy, type Datasets } from './plan-study.ts';
import type { Speeds } from '#contract/plan.ts';

type Known = {
  readonly datasets: Datasets;
  readonly speeds: Speeds;
  readonly doneStages: (keys: Iterable<StageKey>) => ReadonlySet<StageKey>;
};

/** What a draft would come to, or everything that is wrong with it. */
export function previewStudy(yamlText: string, { datasets, speeds, doneStages }: Known): PlanPreview {
  const study = parseStudy(yamlText);
  if (study.kind === 'invalid') return study;
  const planned = planStudy(study, datasets);
  if (planned.kind === 'invalid') return planned;
  const { plan } = planned;
  return estimatePlan(plan, speeds, doneStages(plan.stages.map((stage) => stage.key)));
}
