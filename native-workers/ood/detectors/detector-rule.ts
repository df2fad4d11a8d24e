import type { Detector, DetectorKind, FittedKind } from '#contract/detector.ts';
import type { NetworkGraph } from '#contract/network.ts';
import type { StoredArray } from '#workers/array/safetensors.ts';
import type { Companion } from '#workers/attacks/companion.ts';
import type { ExampleSet } from '#workers/data/example-set.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';

/** The network whose inputs are watched; in evaluation, its parameters stay the caller's. */
export type WatchedNetwork = { readonly graph: NetworkGraph; readonly parameters: ParameterTensors };

export type FitRequest = {
  readonly network: WatchedNetwork;
  /** Classes of the task; a network with a background class has one output more. */
  readonly classCount: number;
  /** In-distribution training images. */
  readonly train: ExampleSet;
  /** Clean in-distribution validation images that the threshold is not frozen on; none unless the rule tunes. */
  readonly tuning: ExampleSet;
  readonly seed: number;
};

/** How far a fit is, in examples looked at; of all its passes together. */
export type FitProgress = { readonly done: number; readonly total: number };

/** What a fit ends with: numbers alone, which a stage leaves for all measurements of its network. */
export type FittedArrays = ReadonlyMap<string, StoredArray>;

export type DetectorFindings = {
  /** [batch], in float64; higher means more in-distribution. */
  readonly scores: Float64Array;
  /** Classes [batch] of the inputs as the detector reforms them; nothing where the network sees them as they are. */
  readonly predictions?: Int32Array;
};

/** A fitted detector in an engine. */
export type OpenDetector = {
  /**
   * Scores images [batch, height, width, channels] in [0, 1], given flat. An example's score does not depend on who
   * shares its batch, up to the engine's rounding. Leaves no tensor behind.
   */
  readonly look: (images: Float32Array) => Promise<DetectorFindings>;
  /** What the adaptive attack climbs beside the target; nothing where no gradient leads to the score. */
  readonly companion?: Climbable;
  readonly dispose: () => void;
};

/** A companion before it is known how much its score varies. */
export type Climbable = Omit<Companion, 'weight' | 'enough'> & {
  /** Whether it is the detector's own score, up to rounding and a rising function, or only stands for it. */
  readonly isScore: boolean;
};

type DetectorOf<Kind extends DetectorKind> = Extract<Detector, { kind: Kind }>;

type Watched = WatchedNetwork & { readonly classCount: number };

export type UnfittedRule<Kind extends DetectorKind> = {
  readonly open: (detector: DetectorOf<Kind>, network: Watched) => OpenDetector;
};

/** A fit pauses between any two batches, so that a stop is heard; it leaves no tensor behind. */
export type FittedRule<Kind extends DetectorKind> = {
  /** Whether half of the validation images go to `tuning`; the threshold is then frozen on the other half. */
  readonly tunes: boolean;
  readonly fit: (
    detector: DetectorOf<Kind>,
    request: FitRequest,
  ) => AsyncGenerator<FitProgress, FittedArrays, void>;
  readonly open: (detector: DetectorOf<Kind>, network: Watched, fitted: FittedArrays) => OpenDetector;
};

/** One kind of detector. */
export type DetectorRule<Kind extends DetectorKind> = Kind extends FittedKind
  ? FittedRule<Kind>
  : UnfittedRule<Kind>;
