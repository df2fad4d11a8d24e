import type { PlacedIssue } from '#contract/views.ts';
import { datasetFacts } from '#host/library/datasets/dataset-facts.ts';
import { parseStudy } from '#host/planner/parse-study.ts';
import { planStudy } from '#host/planner/plan-study.ts';
import type { Plan } from '#contract/plan.ts';
import type { WritableStore } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';

export type Submitted =
  | { readonly kind: 'submitted'; readonly id: number; readonly plan: Plan }
  | { readonly kind: 'invalid'; readonly issues: readonly PlacedIssue[] };

export type SubmitOptions = {
  readonly store: WritableStore;
  readonly workspace: Workspace;
  readonly yaml: string;
  readonly at: number;
};

/** From the text of a study to its stages in the queue, in one transaction; or everything that is wrong with it. */
export function submitStudy({ store, workspace, yaml, at }: SubmitOptions): Submitted {
  const study = parseStudy(yaml);
  if (study.kind === 'invalid') return study;
  const planned = planStudy(study, datasetFacts(workspace.libraryFolder));
  if (planned.kind === 'invalid') return planned;
  const { plan } = planned;
  const { name, description } = plan.header;
  return { kind: 'submitted', id: store.submitStudy({ name, description, yaml, plan, at }), plan };
}

/** `3:7 Density must lie in (0, 1], got 10. …`, a line each; the file's name goes before where there is one. */
export const describeIssues = (issues: readonly PlacedIssue[], file?: string): string =>
  issues
    .map(({ line, column, message }) => `${file === undefined ? '' : `${file}:`}${line}:${column} ${message}`)
    .join('\n');
