import { z } from 'zod';
import type { RunState, Scalar } from './run.ts';
import { stageKeySchema, type StageKey } from './stage.ts';
import type { FactorView, Proportion } from './views.ts';

/** What can be asked about several runs side by side, and what the host answers. */

/** The runs that are compared: those of a study, or those named. */
export const comparisonScopeSchema = z.union([
  z.strictObject({ study: z.int().positive() }),
  z.strictObject({ runs: z.array(stageKeySchema).min(1).max(2000) }),
]);
export type ComparisonScope = z.output<typeof comparisonScopeSchema>;

/** What a network costs, by metric name; `compression` is 1 / density. */
const sizeIds = [
  'compression',
  'density',
  'density.effective',
  'macs.nonzero',
  'bytes.sparse',
  'latency.1',
  'latency.64',
] as const;
export type SizeId = (typeof sizeIds)[number];

/** What compares two groups over their common seeds: see `PairedComparison`. */
const test = z.enum(['paired t', 'Wilcoxon']).default('paired t');
const scope = comparisonScopeSchema;
const measure = z.string().min(1).max(300);
const path = z.string().min(1).max(200);

export const overviewQuerySchema = z.strictObject({ scope });
export const tradeOffQuerySchema = z.strictObject({ scope, x: z.enum(sizeIds), y: measure });
export const epsilonQuerySchema = z.strictObject({ scope });
export const matrixQuerySchema = z.strictObject({ scope, rows: path, columns: path, measure, test });
export const differenceQuerySchema = z.strictObject({
  scope,
  /** Id of a group of the overview. */
  baseline: z.string().max(20_000),
  measure,
  test,
});
export const pairQuerySchema = z.strictObject({ first: stageKeySchema, second: stageKeySchema });
export type TradeOffQuery = z.output<typeof tradeOffQuerySchema>;
export type MatrixQuery = z.output<typeof matrixQuerySchema>;
export type DifferenceQuery = z.output<typeof differenceQuerySchema>;
export type PairQuery = z.output<typeof pairQuerySchema>;

/** What there is to compare, and what the other questions can be asked about. */
export type ComparisonOverview = {
  readonly runCount: number;
  readonly finishedCount: number;
  readonly seeds: readonly number[];
  readonly groups: readonly ComparedGroup[];
  /** Clean accuracy first, then single attacks, worst cases, certificates. */
  readonly measures: readonly MeasureView[];
  /** The attacked accuracy that tells most; undefined where nothing was attacked. */
  readonly headline: string | undefined;
  /** Only those that some run has. */
  readonly sizes: readonly SizeAxis[];
  /** Settings that differ between the groups: rows and columns of a matrix. */
  readonly factors: readonly FactorView[];
  /** The matrix that fits these runs best; undefined where fewer than two settings differ. */
  readonly matrix: { readonly rows: string; readonly columns: string } | undefined;
  readonly sizeTable: readonly SizeRow[];
  readonly budgets: BudgetsView;
  /** Proofs that an attack contradicts; their numbers are left out. */
  readonly contradictions: readonly string[];
};

/** Runs that differ by nothing but their seed. */
export type ComparedGroup = {
  readonly id: string;
  /** What sets it apart, its density left out. */
  readonly label: string;
  readonly density: number;
  readonly isDense: boolean;
  /** Only settings that differ between the groups. */
  readonly settings: Readonly<Record<string, Scalar>>;
  readonly runs: readonly { readonly key: StageKey; readonly seed: number; readonly state: RunState }[];
};

export type MeasureKind = 'clean' | 'attacked' | 'worst' | 'certified';
export type MeasureView = {
  /** `clean`, or the name of the attack, of the worst case or of the certificate. */
  readonly id: string;
  readonly kind: MeasureKind;
  /** `Clean accuracy`, `Attacked accuracy, worst of 3 attacks, linf 8/255`. */
  readonly title: string;
  readonly threat: string;
  readonly norm: string | undefined;
  readonly epsilon: number | undefined;
  /** Of a worst case: the attacks that it is taken over. */
  readonly worstOf: readonly string[];
};

export type SizeAxis = {
  readonly id: SizeId;
  readonly title: string;
  /** Empty for ratios. */
  readonly unit: string;
  readonly isLargerBetter: boolean;
};

/** A value over seeds. */
export type SeedSpread = {
  readonly mean: number;
  /** Sample standard deviation; undefined for one seed. */
  readonly deviation: number | undefined;
  readonly min: number;
  readonly max: number;
  readonly count: number;
};

export type TradeOffView = {
  readonly x: SizeAxis;
  readonly y: MeasureView;
  /** The same in every view of the same runs, those without a point included: a line keeps its place and colour. */
  readonly lines: readonly TradeOffLine[];
  /** Ids of groups that no other group beats in both, cheapest first. */
  readonly front: readonly string[];
};
/** Groups that differ by nothing but their density; the dense network starts every line of its training. */
export type TradeOffLine = { readonly name: string; readonly points: readonly TradeOffPoint[] };
export type TradeOffPoint = {
  readonly group: string;
  readonly density: number;
  /** Mean over seeds. */
  readonly x: number;
  /** Its `min` and `max` are the band over seeds. */
  readonly y: SeedSpread;
  /** Wilson 95 % interval of the mean for one test set of this size. */
  readonly low: number;
  readonly high: number;
  readonly isOnFront: boolean;
  readonly seeds: readonly SeedPoint[];
};
type SeedPoint = {
  readonly run: StageKey;
  readonly seed: number;
  readonly x: number;
  readonly y: number;
};

/** The sandwich of one group in one norm: the true accuracy lies between `certified` and `attacked`. */
export type EpsilonPanel = {
  readonly group: string;
  readonly label: string;
  readonly density: number;
  readonly norm: string;
  /** Rising radius, from the clean accuracy at 0. At each the worst case over all attacks of that ball. */
  readonly attacked: readonly EpsilonPoint[];
  /** Verified by any of the network's certificates of that ball; empty where nothing was certified. */
  readonly certified: readonly EpsilonPoint[];
};
export type EpsilonPoint = {
  readonly epsilon: number;
  readonly value: SeedSpread;
  readonly low: number;
  readonly high: number;
  /** Names of the attacks or certificates behind it; empty for the clean accuracy. */
  readonly by: readonly string[];
};

/** One table: everything but rows and columns is fixed. */
export type MatrixView = {
  readonly measure: MeasureView;
  readonly rows: FactorView;
  readonly columns: FactorView;
  /** What else differs between the compared runs, and which value this table is of. */
  readonly where: readonly { readonly path: string; readonly value: string }[];
  /** By row, then column; undefined where no run is. */
  readonly cells: readonly (readonly (MatrixCell | undefined)[])[];
};
export type MatrixCell = {
  readonly group: string;
  readonly runs: readonly StageKey[];
  /** Undefined before any run of the cell is evaluated. */
  readonly value: SeedSpread | undefined;
  readonly low: number;
  readonly high: number;
  /**
   * Within its column. `best`: significantly better than all others, Holm's correction included (bold). `level`: not
   * to be told from the highest mean (grey), which is itself `level` where anything is. `alone`: nothing to compare with.
   */
  readonly standing: 'best' | 'level' | 'behind' | 'alone';
  /** Against the highest mean of the column, Holm's correction included; undefined for that one. */
  readonly p: number | undefined;
};

/**
 * `paired t` and `Wilcoxon` go over common seeds, of which there must be three. With fewer, `McNemar` goes over test
 * images: exact, the largest p of any seed, so that every seed must show the difference.
 */
export type PairedComparison = {
  readonly test: 'paired t' | 'Wilcoxon' | 'McNemar';
  /** Before and after Holm's correction. */
  readonly rawP: number;
  readonly p: number;
  readonly isNoise: boolean;
};

export type DifferenceView = {
  readonly measure: MeasureView;
  readonly baseline: string;
  readonly rows: readonly DifferenceRow[];
};
export type DifferenceRow = {
  readonly group: string;
  readonly label: string;
  readonly density: number;
  /** Group minus baseline over common seeds; undefined where there are none. */
  readonly difference: SeedSpread | undefined;
  readonly comparison: PairedComparison | undefined;
};

/** Two runs on the same examples. */
export type PairView = {
  readonly first: StageKey;
  readonly second: StageKey;
  readonly rows: readonly PairRow[];
  readonly settings: readonly {
    readonly path: string;
    readonly first: Scalar | undefined;
    readonly second: Scalar | undefined;
  }[];
};
export type PairRow = {
  readonly measure: MeasureView;
  readonly first: Proportion;
  readonly second: Proportion;
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
  readonly comparison: PairedComparison;
};

/** What a network takes, over seeds. Undefined where no run was measured. */
export type SizeRow = {
  readonly group: string;
  readonly label: string;
  readonly density: number;
  readonly sizes: Readonly<Partial<Record<SizeMetric, SeedSpread>>>;
};
export const sizeMetrics = [
  'density',
  'density.effective',
  'bytes.dense',
  'bytes.sparse',
  'macs.dense',
  'macs.nonzero',
  'latency.1',
  'latency.64',
  'bytes.shrunk',
  'macs.shrunk',
  'latency.shrunk.1',
  'latency.shrunk.64',
] as const;
export type SizeMetric = (typeof sizeMetrics)[number];

/** Epochs that each group was trained for. Groups that are compared should have had the same. */
export type BudgetsView = {
  readonly rows: readonly BudgetRow[];
  /** A sentence for each inequality; empty where the comparison is fair. */
  readonly warnings: readonly string[];
};
export type BudgetRow = {
  readonly group: string;
  readonly label: string;
  readonly density: number;
  readonly pretrain: number;
  /** Training inside the pruning stage. */
  readonly prune: number;
  readonly finetune: number;
  readonly total: number;
};
