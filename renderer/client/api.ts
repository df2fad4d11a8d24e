import { createTRPCClient, createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client';
import type { AppRouter } from '#host/server/router.ts';
import type {
  ComparisonOverview,
  ComparisonScope,
  DifferenceQuery,
  DifferenceView,
  EpsilonPanel,
  MatrixCell,
  MatrixQuery,
  MatrixView,
  PairQuery,
  PairView,
  TradeOffQuery,
  TradeOffView,
} from '#contract/compare.ts';
import type {
  MitigationView,
  OpenWorldDensityQuery,
  OpenWorldDensityView,
  OpenWorldDistributions,
  OpenWorldDistributionsQuery,
  OpenWorldExamplePage,
  OpenWorldExamplesQuery,
  OpenWorldMitigationQuery,
  OpenWorldOverview,
  OpenWorldPanel,
  OpenWorldPanelsQuery,
} from '#contract/open-world-views.ts';
import type {
  DatasetView,
  ExampleFilter,
  ExamplePage,
  FarmView,
  LayersView,
  LibraryView,
  LogLine,
  Notice,
  PlanPreview,
  Preset,
  RunDetail,
  RunRow,
  Series,
  StudyDetail,
  StudySummary,
  SystemView,
} from '#contract/views.ts';
import { fetchInSession } from './describe-error.ts';

export type DatasetSource = 'cifar10' | 'mnist' | 'images';
export type ReportFile = { readonly fileName: string; readonly text: string; readonly type: string };
export type ReportFormat = 'html' | 'csv' | 'latex';

export type SocketEvents = {
  readonly opened: () => void;
  readonly closed: () => void;
  readonly notice: (notice: Notice) => void;
};
export type Api = ReturnType<typeof createApi>;

/**
 * Every question the window asks. Answers travel as JSON, which leaves undefined fields out: reading such a field
 * gives undefined all the same, so the answers have the types of contract/views.ts.
 */
export function createApi(origin: string, events: SocketEvents) {
  const trpc = connect(origin, events);
  return {
    studies: {
      list: () => trpc.studies.list.query() as Promise<StudySummary[]>,
      get: (id: number) => trpc.studies.get.query({ id }) as Promise<StudyDetail>,
      presets: (): Promise<Preset[]> => trpc.studies.presets.query(),
      preview: (yaml: string) => trpc.studies.preview.query({ yaml }) as Promise<PlanPreview>,
      submit: (yaml: string): Promise<{ readonly id: number; readonly name: string }> =>
        trpc.studies.submit.mutate({ yaml }),
      cancel: (id: number): Promise<void> => trpc.studies.cancel.mutate({ id }),
      retry: (id: number): Promise<void> => trpc.studies.retry.mutate({ id }),
      remove: (id: number): Promise<void> => trpc.studies.remove.mutate({ id }),
    },
    farm: {
      state: () => trpc.farm.state.query() as Promise<FarmView>,
      pause: (): Promise<void> => trpc.farm.pause.mutate(),
      resume: (): Promise<void> => trpc.farm.resume.mutate(),
      cancel: (stage: string): Promise<void> => trpc.farm.cancel.mutate({ stage }),
      retry: (stage: string): Promise<void> => trpc.farm.retry.mutate({ stage }),
      log: (attempt: number): Promise<LogLine[]> => trpc.farm.log.query({ attempt }),
    },
    runs: {
      list: () => trpc.runs.list.query() as Promise<RunRow[]>,
      get: (key: string) => trpc.runs.get.query({ key }) as Promise<RunDetail>,
      series: (keys: { stage: string; metric: string }[]) =>
        trpc.runs.series.query({ keys }) as Promise<Series[]>,
      examples: (query: { stage: string; filter: ExampleFilter; offset: number; limit: number }) =>
        trpc.runs.examples.query(query) as Promise<ExamplePage>,
      layers: (key: string) => trpc.runs.layers.query({ key }) as Promise<LayersView>,
    },
    compare: {
      overview: (scope: ComparisonScope) =>
        trpc.compare.overview.query({ scope }) as Promise<ComparisonOverview>,
      tradeOff: (query: TradeOffQuery) => trpc.compare.tradeOff.query(query) as Promise<TradeOffView>,
      epsilon: (scope: ComparisonScope) => trpc.compare.epsilon.query({ scope }) as Promise<EpsilonPanel[]>,
      matrix: async (query: MatrixQuery): Promise<MatrixView[]> =>
        (await trpc.compare.matrix.query(query)).map((matrix) => ({
          ...(matrix as MatrixView),
          // JSON has no undefined in lists: a cell without runs comes as null.
          cells: matrix.cells.map((row) => row.map((cell) => (cell as MatrixCell | null) ?? undefined)),
        })),
      difference: (query: DifferenceQuery) => trpc.compare.difference.query(query) as Promise<DifferenceView>,
      pair: (query: PairQuery) => trpc.compare.pair.query(query) as Promise<PairView>,
    },
    openWorld: {
      overview: (scope: ComparisonScope) =>
        trpc.openWorld.overview.query({ scope }) as Promise<OpenWorldOverview>,
      panels: (query: OpenWorldPanelsQuery) =>
        trpc.openWorld.panels.query(query) as Promise<OpenWorldPanel[]>,
      distributions: (query: OpenWorldDistributionsQuery) =>
        trpc.openWorld.distributions.query(query) as Promise<OpenWorldDistributions | undefined>,
      density: (query: OpenWorldDensityQuery) =>
        trpc.openWorld.density.query(query) as Promise<OpenWorldDensityView>,
      mitigation: (query: OpenWorldMitigationQuery) =>
        trpc.openWorld.mitigation.query(query) as Promise<MitigationView>,
      examples: (query: OpenWorldExamplesQuery) =>
        trpc.openWorld.examples.query(query) as Promise<OpenWorldExamplePage>,
    },
    library: {
      list: () => trpc.library.list.query() as Promise<LibraryView>,
      import: (request: { source: DatasetSource; path: string; name?: string | undefined }) =>
        trpc.library.import.mutate(request) as Promise<DatasetView>,
      remove: (name: string): Promise<void> => trpc.library.remove.mutate({ name }),
    },
    report: (study: number, format: ReportFormat) => writeReport(trpc, study, format),
    system: { info: () => trpc.system.info.query() as Promise<SystemView> },
  };
}

async function writeReport(
  trpc: ReturnType<typeof connect>,
  study: number,
  format: ReportFormat,
): Promise<ReportFile> {
  switch (format) {
    case 'html': {
      const { html, fileName } = await trpc.reports.html.query({ study });
      return { fileName, text: html, type: 'text/html' };
    }
    case 'csv': {
      const { csv, fileName } = await trpc.reports.csv.query({ study });
      return { fileName, text: csv, type: 'text/csv' };
    }
    case 'latex': {
      const { latex, fileName } = await trpc.reports.latex.query({ study });
      return { fileName, text: latex, type: 'application/x-tex' };
    }
  }
}

function connect(origin: string, events: SocketEvents) {
  const client = createWSClient({
    url: `${origin.replace(/^http/, 'ws')}/api/live`,
    onOpen: events.opened,
    onClose: events.closed,
    retryDelayMs: (attempt) => Math.min(5000, 300 * 2 ** attempt),
  });
  const trpc = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: wsLink<AppRouter>({ client }),
        // A study file can be longer than an address may be, so questions are posted too.
        false: httpBatchLink<AppRouter>({
          url: `${origin}/api/trpc`,
          methodOverride: 'POST',
          fetch: (input, init) => fetchInSession(input, init as RequestInit),
        }),
      }),
    ],
  });
  trpc.live.notices.subscribe(undefined, { onData: (notice) => events.notice(notice) });
  return trpc;
}
