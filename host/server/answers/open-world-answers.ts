import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenWorldExamplePage, OpenWorldExamplesQuery } from '#contract/open-world-views.ts';
import { comparedGroup } from '#host/reports/compare/overview.ts';
import { openWorldDensity } from '#host/reports/open-world/density.ts';
import type { DetectionMemory } from '#host/reports/open-world/detect.ts';
import { openWorldDistributions } from '#host/reports/open-world/distributions.ts';
import { readOpenWorldExamples } from '#host/reports/open-world/example-page.ts';
import { mitigation } from '#host/reports/open-world/mitigation.ts';
import { openWorldOverview } from '#host/reports/open-world/overview.ts';
import { openWorldPanels } from '#host/reports/open-world/panels.ts';
import { readOpenWorldGroups, type OpenWorldGroup } from '#host/reports/open-world/read-open-world-runs.ts';
import { readOpenWorld } from '#host/reports/views/evaluation.ts';
import { openStoredExamples } from '#host/reports/views/stored-examples.ts';
import { loadSplit, taskClassNames } from '#host/reports/views/stored-split.ts';
import { RequestError } from '../request-error.ts';
import type { Workbench } from '../workbench.ts';
import { rememberedReading, type ReadRuns } from './compared-runs-reading.ts';
import type { HostParts } from './host-parts.ts';

export function openWorldAnswers(parts: HostParts, { settle }: DetectionMemory): Workbench['openWorld'] {
  const read = rememberedReading(parts, ({ compared, stages }: ReadRuns) => ({
    groups: readOpenWorldGroups(parts.store, compared.groups, stages),
    paths: compared.factors.map(({ path }) => path),
  }));
  return {
    overview: (scope) => {
      const { groups, paths } = read(scope);
      return openWorldOverview(groups, (group) => comparedGroup(group, paths));
    },
    panels: async ({ scope, detection = true, ...filter }) => {
      const { groups } = read(scope);
      return detection
        ? settle((detect) => openWorldPanels(groups, detect, filter))
        : openWorldPanels(groups, () => undefined, filter);
    },
    distributions: ({ scope, group, source, attack, epsilon, seed }) =>
      openWorldDistributions(groupOf(read(scope).groups, group), { origin: source, attack, epsilon }, seed),
    density: async ({ scope, source, attack, epsilon }) => {
      const { groups } = read(scope);
      return settle((detect) => openWorldDensity(groups, { origin: source, attack, epsilon }, detect));
    },
    mitigation: async ({ scope, attack, epsilon }) => {
      const { groups } = read(scope);
      return settle((detect) => mitigation(groups, { attack, epsilon }, detect));
    },
    examples: (query) => examplesOf(parts, query),
  };
}

function groupOf(groups: readonly OpenWorldGroup[], id: string): OpenWorldGroup {
  const found = groups.find(({ group }) => group.id === id);
  if (found !== undefined) return found;
  throw new RequestError('not-found', 'This group is not among those that the open world was asked about.');
}

async function examplesOf(
  { store, workspace }: HostParts,
  query: OpenWorldExamplesQuery,
): Promise<OpenWorldExamplePage> {
  const stage = store.stage(query.stage);
  const [evaluation] = stage === undefined ? [] : readOpenWorld(store, [stage]);
  if (stage === undefined || evaluation?.recipe.evaluation.kind !== 'open-world')
    throw new RequestError('not-found', 'These examples belong to open-world evaluations, and this is none.');
  const { outcomes, recipe } = evaluation;
  const folder = stage.artifact?.folder;
  const path = folder === undefined ? undefined : join(workspace.resolve(folder), 'examples.safetensors');
  if (outcomes?.openWorld === undefined || path === undefined || !existsSync(path))
    return { total: 0, examples: [] };
  const file = await openStoredExamples(path);
  try {
    const classes = taskClassNames(loadSplit({ store, workspace }, recipe.inputs.data));
    const setting = evaluation.recipe.evaluation.openWorld;
    return await readOpenWorldExamples(
      { file, setting, outcomes, shown: outcomes.openWorld, classes },
      query,
    );
  } finally {
    await file.close();
  }
}
