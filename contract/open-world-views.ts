import { z } from 'zod';
import { comparisonScopeSchema, type ComparedGroup, type SeedSpread } from './compare.ts';
import { stageKeySchema, type StageKey } from './stage.ts';
import type { ExampleView } from './views.ts';

/** What can be asked about the open world, and what the host answers. */

const scope = comparisonScopeSchema;
const name = z.string().min(1).max(300);
const group = z.string().max(20_000);

export const openWorldScopeSchema = z.strictObject({ scope });
export const openWorldPanelsQuerySchema = z.strictObject({
  scope,
  /** Names of the overview; left out: all. */
  group: group.optional(),
  source: name.optional(),
  attack: name.optional(),
  /** `false` leaves out AUROC and its like, which take long where there are many panels. */
  detection: z.boolean().optional(),
});
export const openWorldDistributionsQuerySchema = z.strictObject({
  scope,
  group,
  source: name,
  attack: name,
  epsilon: z.number().min(0).max(1000),
  /** Left out, or not measured there: the first that was. */
  seed: z.int().min(0).optional(),
});
export const openWorldDensityQuerySchema = z.strictObject({
  scope,
  source: name,
  attack: name,
  epsilon: z.number().min(0).max(1000),
});
export const openWorldMitigationQuerySchema = z.strictObject({
  scope,
  attack: name,
  epsilon: z.number().min(0).max(1000),
});
/** `reached`: classified as the target. `accepted`: let through by the detector. `joint`: both. `rejected`: not let through. */
const openWorldExampleFilters = ['all', 'reached', 'accepted', 'joint', 'rejected'] as const;
export const openWorldExamplesQuerySchema = z.strictObject({
  /** An open-world evaluation. */
  stage: stageKeySchema,
  /** By whose word an input counts as accepted; left out: the first of the evaluation. */
  detector: name.optional(),
  filter: z.enum(openWorldExampleFilters).default('joint'),
  offset: z.int().min(0).default(0),
  limit: z.int().positive().max(200).default(24),
});
export type OpenWorldPanelsQuery = z.output<typeof openWorldPanelsQuerySchema>;
export type OpenWorldDistributionsQuery = z.output<typeof openWorldDistributionsQuerySchema>;
export type OpenWorldDensityQuery = z.output<typeof openWorldDensityQuerySchema>;
export type OpenWorldMitigationQuery = z.output<typeof openWorldMitigationQuerySchema>;
export type OpenWorldExamplesQuery = z.output<typeof openWorldExamplesQuerySchema>;

/** What there is to look at; empty lists where nothing was measured in the open world. */
export type OpenWorldOverview = {
  readonly groups: readonly ComparedGroup[];
  /** Names of the sources of inputs of no class. */
  readonly sources: readonly string[];
  readonly attacks: readonly OpenWorldAttack[];
  readonly detectors: readonly string[];
  /** Share of clean in-distribution validation images that the frozen thresholds accept. */
  readonly acceptance: readonly number[];
  /** The point to start with: the first attack that does not adapt, at its largest radius. */
  readonly headline: { readonly attack: string; readonly epsilon: number } | undefined;
};
/** A sweep over epsilon: `pgd-10 linf`, or `unperturbed` where nothing was attacked. */
export type OpenWorldAttack = {
  readonly id: string;
  readonly threat: string;
  readonly norm: string;
  /** Rising, 0 first. */
  readonly epsilons: readonly number[];
  /** The detector whose score the attack climbs as well; undefined where it climbs none. */
  readonly adaptedTo: string | undefined;
};

/** A fraction over seeds, with the Wilson 95 % interval of its mean for one set of inputs of this size. */
export type OpenWorldRate = {
  readonly value: SeedSpread;
  readonly low: number;
  readonly high: number;
  readonly inputs: number;
  /** What was measured, one a seed, seeds rising. */
  readonly evaluations: readonly { readonly seed: number; readonly stage: StageKey }[];
};
/** A value over seeds, with an interval for one set of inputs. */
export type OpenWorldEstimate = { readonly value: SeedSpread; readonly low: number; readonly high: number };
/** In and out of distribution, measured by the same rule. Undefined before the evaluation is done. */
export type Twins<Value> = { readonly in: Value | undefined; readonly out: Value | undefined };

/**
 * Target success out of distribution over that in distribution. The two numbers are one value: an input of no class
 * may land on the target without any attack, so that the plain ratio alone would say too much.
 */
export type SuccessRatio =
  | {
      readonly kind: 'measured';
      /** Of the rates as they are. */
      readonly plain: RatioEstimate;
      /** Of the rates less their rates at epsilon 0. */
      readonly corrected: RatioEstimate;
    }
  | {
      readonly kind: 'undefined';
      /** In words, why there is no ratio: a rate that is missing, or is not above its base rate. */
      readonly reason: string;
    };
/** Fieller's 95 % interval; undefined where the denominator cannot be told from 0. */
export type RatioEstimate = {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | undefined;
};

/** One group, one source, one attack: everything against epsilon. */
export type OpenWorldPanel = {
  readonly group: string;
  readonly label: string;
  readonly density: number;
  readonly source: string;
  readonly attack: string;
  readonly threat: string;
  /** Rising epsilon; 0, where nothing is perturbed, is the base rate. */
  readonly points: readonly OpenWorldPoint[];
  readonly detectors: readonly DetectorCurve[];
};
export type OpenWorldPoint = {
  readonly epsilon: number;
  /** Target success rate over all inputs. */
  readonly target: Twins<OpenWorldRate>;
  readonly baseRate: Twins<OpenWorldRate>;
  readonly ratio: SuccessRatio;
  /** Mean over inputs of the largest softmax. */
  readonly confidence: Twins<OpenWorldEstimate>;
};
export type DetectorCurve = { readonly detector: string; readonly points: readonly DetectorPoint[] };
export type DetectorPoint = {
  readonly epsilon: number;
  readonly accepted: Twins<OpenWorldRate>;
  /** Target reached and accepted. */
  readonly joint: Twins<OpenWorldRate>;
  /** Of clean in-distribution inputs against those of the source at this epsilon. */
  readonly detection: DetectionView | undefined;
};
export type DetectionView = {
  /** Ties count one half; bootstrap interval. */
  readonly auroc: OpenWorldEstimate;
  /** In-distribution positive: of inputs of no class, the share accepted where 95 % of in-distribution is. */
  readonly outAcceptedAt95: OpenWorldEstimate;
  /** Out-of-distribution positive: of in-distribution inputs, the share flagged where 95 % of inputs of no class are. */
  readonly inFlaggedAt95: OpenWorldEstimate;
  /** Average precision with in-distribution inputs as what is looked for, and with those of no class. */
  readonly auprIn: SeedSpread;
  readonly auprOut: SeedSpread;
};

/** Histograms of one seed, because scores of two networks have no common scale. */
export type OpenWorldDistributions = {
  readonly seed: number;
  /** All that were measured there, rising. */
  readonly seeds: readonly number[];
  readonly confidence: Distribution;
  readonly scores: readonly (Distribution & {
    readonly detector: string;
    /** A score at or above it is accepted. */
    readonly threshold: number;
  })[];
};
/** Counts over equal bins from `low` to `high`; values beyond an end stand in its bin. */
export type Distribution = {
  readonly low: number;
  readonly high: number;
  readonly series: readonly {
    readonly of: DistributionOf;
    readonly counts: readonly number[];
    readonly mean: number;
  }[];
};
export const distributionKinds = ['in-clean', 'in-attacked', 'out-clean', 'out-attacked'] as const;
export type DistributionOf = (typeof distributionKinds)[number];

/** Pruning meets the open world: a line for each way of training and pruning. */
export type OpenWorldDensityView = {
  readonly measures: readonly {
    /** `target out`, `accepted out energy`, `auroc energy`. */
    readonly id: string;
    readonly title: string;
    readonly lines: readonly { readonly name: string; readonly points: readonly OpenWorldDensityPoint[] }[];
  }[];
};
export type OpenWorldDensityPoint = OpenWorldEstimate & { readonly group: string; readonly density: number };

/** What training on outliers buys, on the source that it saw and on those that it did not. */
export type MitigationView = {
  readonly attack: string;
  readonly epsilon: number;
  readonly rows: readonly MitigationRow[];
};
export type MitigationRow = {
  readonly group: string;
  readonly label: string;
  readonly density: number;
  /** The sources that training saw; empty for the baselines. */
  readonly seen: readonly string[];
  /** Accuracy on unperturbed in-distribution inputs. */
  readonly clean: OpenWorldRate | undefined;
  /** What the baseline, the same run without outliers in training, classifies correctly beyond that. Over common seeds. */
  readonly cleanCost: SeedSpread | undefined;
  readonly baseline: string | undefined;
  readonly detectors: readonly {
    readonly detector: string;
    readonly cells: readonly MitigationCell[];
  }[];
};
export type MitigationCell = {
  readonly source: string;
  readonly isSeen: boolean;
  readonly target: OpenWorldRate | undefined;
  readonly acceptedClean: OpenWorldRate | undefined;
  readonly acceptedAttacked: OpenWorldRate | undefined;
  readonly joint: OpenWorldRate | undefined;
  readonly auroc: OpenWorldEstimate | undefined;
};

/** One input with what was made of it; `origin` says where it came from. */
export type OpenWorldExample = Pick<
  ExampleView,
  | 'example'
  | 'cleanPrediction'
  | 'distance'
  | 'shape'
  | 'clean'
  | 'adversarial'
  | 'difference'
  | 'magnification'
> & {
  readonly origin: string;
  readonly target: string;
  readonly prediction: string;
  readonly confidence: number;
  readonly isOnTarget: boolean;
  readonly verdicts: readonly {
    readonly detector: string;
    readonly score: number;
    readonly threshold: number;
    readonly isAccepted: boolean;
  }[];
};
export type OpenWorldExamplePage = { readonly total: number; readonly examples: readonly OpenWorldExample[] };
