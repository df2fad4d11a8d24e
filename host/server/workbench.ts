import type {
  ComparisonOverview,
  ComparisonScope,
  DifferenceQuery,
  DifferenceView,
  EpsilonPanel,
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
import type { StageKey } from '#contract/stage.ts';

type DatasetSource = 'cifar10' | 'mnist' | 'images';
export type DatasetImport = {
  readonly source: DatasetSource;
  readonly path: string;
  readonly name?: string | undefined;
};
export type MetricQuery = { readonly stage: StageKey; readonly metric: string };
export type ExampleQuery = {
  readonly stage: StageKey;
  readonly filter: ExampleFilter;
  readonly offset: number;
  readonly limit: number;
};

/**
 * Everything that a window can ask of the host. Whoever implements it may throw a `RequestError`: what it says is
 * meant for people; any other error is a defect and is hidden behind a plain sentence.
 */
export type Workbench = {
  readonly studies: {
    readonly list: () => StudySummary[];
    readonly get: (id: number) => StudyDetail;
    readonly presets: () => Promise<Preset[]>;
    readonly preview: (yaml: string) => Promise<PlanPreview>;
    readonly submit: (yaml: string) => Promise<{ readonly id: number; readonly name: string }>;
    readonly cancel: (id: number) => void;
    readonly retry: (id: number) => void;
    readonly remove: (id: number) => void;
  };
  readonly farm: {
    readonly state: () => FarmView;
    readonly pause: () => void;
    readonly resume: () => void;
    readonly cancel: (stage: StageKey) => void;
    readonly retry: (stage: StageKey) => void;
    readonly log: (attempt: number) => LogLine[];
  };
  readonly runs: {
    readonly list: () => RunRow[];
    readonly get: (key: string) => RunDetail;
    readonly series: (queries: readonly MetricQuery[]) => Series[];
    readonly examples: (query: ExampleQuery) => Promise<ExamplePage>;
    readonly layers: (key: string) => Promise<LayersView>;
  };
  readonly compare: {
    readonly overview: (scope: ComparisonScope) => ComparisonOverview;
    readonly tradeOff: (query: TradeOffQuery) => TradeOffView;
    readonly epsilon: (scope: ComparisonScope) => EpsilonPanel[];
    /** One for each combination of what else differs. */
    readonly matrix: (query: MatrixQuery) => MatrixView[];
    readonly difference: (query: DifferenceQuery) => DifferenceView;
    readonly pair: (query: PairQuery) => PairView;
  };
  readonly openWorld: {
    readonly overview: (scope: ComparisonScope) => OpenWorldOverview;
    /** One for each group, source and attack. */
    readonly panels: (query: OpenWorldPanelsQuery) => Promise<OpenWorldPanel[]>;
    /** Undefined before anything is measured there. */
    readonly distributions: (query: OpenWorldDistributionsQuery) => OpenWorldDistributions | undefined;
    readonly density: (query: OpenWorldDensityQuery) => Promise<OpenWorldDensityView>;
    readonly mitigation: (query: OpenWorldMitigationQuery) => Promise<MitigationView>;
    readonly examples: (query: OpenWorldExamplesQuery) => Promise<OpenWorldExamplePage>;
  };
  readonly library: {
    readonly list: () => Promise<LibraryView>;
    readonly import: (request: DatasetImport) => Promise<DatasetView>;
    readonly remove: (name: string) => Promise<void>;
  };
  readonly reports: {
    readonly html: (study: number) => Promise<{ readonly html: string; readonly fileName: string }>;
    readonly csv: (study: number) => Promise<{ readonly csv: string; readonly fileName: string }>;
    readonly latex: (study: number) => Promise<{ readonly latex: string; readonly fileName: string }>;
  };
  readonly system: { readonly info: () => Promise<SystemView> };
  /** Calls back with every notice until the returned function is called. */
  readonly watch: (notify: (notice: Notice) => void) => () => void;
};
