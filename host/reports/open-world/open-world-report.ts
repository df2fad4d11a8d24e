import type {
  MitigationView,
  OpenWorldDensityView,
  OpenWorldDistributions,
  OpenWorldOverview,
  OpenWorldPanel,
} from '#contract/open-world-views.ts';
import type { ReadableStore, StoredStage } from '#host/store/store.ts';
import type { Group } from '../study/compared-runs.ts';
import { openWorldDensity } from './density.ts';
import type { Detect } from './detect.ts';
import { openWorldDistributions } from './distributions.ts';
import { mitigation } from './mitigation.ts';
import { headlineOf } from './overview.ts';
import { openWorldPanels } from './panels.ts';
import { readOpenWorldGroups, sourcesOf, type OpenWorldGroup } from './read-open-world-runs.ts';

/** What a report of a study says of the open world. */
export type OpenWorldReport = {
  readonly groups: readonly OpenWorldGroup[];
  readonly panels: readonly OpenWorldPanel[];
  readonly headline: NonNullable<OpenWorldOverview['headline']>;
  /** At the headline's point. */
  readonly distributions: readonly OpenWorldReportDistributions[];
  readonly densities: readonly { readonly source: string; readonly view: OpenWorldDensityView }[];
  readonly mitigation: MitigationView;
  readonly detect: Detect;
};
type OpenWorldReportDistributions = {
  readonly group: Group;
  readonly source: string;
  readonly view: OpenWorldDistributions;
};

/** Nothing where a study does not ask about the open world. */
export function readOpenWorldReport(
  store: ReadableStore,
  all: readonly Group[],
  { stages, detect }: { readonly stages: readonly StoredStage[]; readonly detect: Detect },
): OpenWorldReport | undefined {
  const groups = readOpenWorldGroups(store, all, stages);
  const headline = headlineOf(groups);
  if (headline === undefined) return undefined;
  const sources = sourcesOf(groups);
  return {
    groups,
    headline,
    detect,
    panels: openWorldPanels(groups, detect),
    distributions: groups.flatMap((own) =>
      sources.flatMap((source) => {
        const view = openWorldDistributions(own, { ...headline, origin: source });
        return view === undefined ? [] : [{ group: own.group, source, view }];
      }),
    ),
    densities:
      new Set(groups.map(({ group }) => group.density)).size > 1
        ? sources.map((source) => ({
            source,
            view: openWorldDensity(groups, { ...headline, origin: source }, detect),
          }))
        : [],
    mitigation: mitigation(groups, headline, detect),
  };
}
