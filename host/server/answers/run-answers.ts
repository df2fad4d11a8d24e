import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LineageStage, Series } from '#contract/views.ts';
import { attackOf, certificateOf, readEvaluations } from '#host/reports/views/evaluation.ts';
import { readExamplePage } from '#host/reports/views/example-page.ts';
import { readLayers } from '#host/reports/views/layers.ts';
import { readRunDetail } from '#host/reports/views/run-detail.ts';
import type { RunRows } from '#host/reports/views/run-rows.ts';
import { openStoredExamples } from '#host/reports/views/stored-examples.ts';
import { loadSplit, taskClassNames } from '#host/reports/views/stored-split.ts';
import { RequestError } from '../request-error.ts';
import type { ExampleQuery, MetricQuery, Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';

export function runAnswers(parts: HostParts, rows: RunRows): Workbench['runs'] {
  const { store } = parts;
  return {
    list: () => rows(store.runs()),
    get: (key) => {
      const detail = readRunDetail(store, key);
      if (detail !== undefined)
        return { ...detail, lineage: detail.lineage.map((stage) => placed(parts, stage)) };
      throw new RequestError('not-found', `There is no run ${key.slice(0, 10)} in this workspace.`);
    },
    series: (queries) => queries.map((query) => seriesOf(parts, query)),
    examples: (query) => examplesOf(parts, query),
    layers: async (key) => {
      const layers = await readLayers(parts, key);
      if (layers !== undefined) return layers;
      throw new RequestError('not-found', `There is no run ${key.slice(0, 10)} in this workspace.`);
    },
  };
}

function placed({ workspace }: HostParts, stage: LineageStage): LineageStage {
  const folder = workspace.stageFolder(stage.key);
  return existsSync(folder) ? { ...stage, folder } : stage;
}

function seriesOf({ store }: HostParts, { stage, metric }: MetricQuery): Series {
  const { steps, values } = store.series(stage, metric);
  const stageLabel = store.stage(stage)?.label ?? '';
  return { stage, stageLabel, metric, steps: [...steps], values: [...values] };
}

async function examplesOf(parts: HostParts, query: ExampleQuery): ReturnType<Workbench['runs']['examples']> {
  const { store, workspace } = parts;
  const stage = store.stage(query.stage);
  const evaluation = stage === undefined ? undefined : readEvaluations(store, [stage])[0];
  if (stage === undefined || evaluation === undefined)
    throw new RequestError('not-found', 'Examples belong to evaluations, and this is none.');
  const ball = attackOf(evaluation) ?? certificateOf(evaluation);
  const folder = stage.artifact?.folder;
  const path = folder === undefined ? undefined : join(workspace.resolve(folder), 'examples.safetensors');
  if (evaluation.outcomes === undefined || ball === undefined || path === undefined || !existsSync(path))
    return { total: 0, examples: [] };
  const file = await openStoredExamples(path);
  try {
    const classes = taskClassNames(loadSplit({ store, workspace }, evaluation.recipe.inputs.data));
    const { epsilon, norm } = ball;
    return await readExamplePage({ file, outcomes: evaluation.outcomes, classes, epsilon, norm }, query);
  } finally {
    await file.close();
  }
}
