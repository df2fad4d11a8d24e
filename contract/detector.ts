import { z } from 'zod';
import { kindWithDepartures } from './kind-with-departures.ts';
import { nonNegativeFractionSchema, positiveFractionSchema } from './quantities.ts';

/** Those that nothing is learnt for. */
const unfitted = [
  /** The largest softmax (arXiv:1610.02136). */
  z.strictObject({ kind: z.literal('msp') }),
  z.strictObject({ kind: z.literal('max-logit') }),
  /** temperature * logsumexp(logits / temperature) (arXiv:2010.03759). */
  z.strictObject({ kind: z.literal('energy'), temperature: positiveFractionSchema.prefault(1) }),
  /** arXiv:1706.02690; `magnitude` is the input step, in units of the input range. */
  z.strictObject({
    kind: z.literal('odin'),
    temperature: positiveFractionSchema.prefault(1000),
    magnitude: nonNegativeFractionSchema.prefault(0.0014),
  }),
  /** 1 - p(background), of a network trained with a background class. */
  z.strictObject({ kind: z.literal('background-class') }),
  /** arXiv:1704.01155: minus the largest L1 change of the softmax under squeezers. Left out: 5 bits in colour, 1 in grey. */
  z.strictObject({ kind: z.literal('feature-squeezing'), bits: z.int().min(1).max(8).optional() }),
] as const;

/** Those that are fitted on in-distribution training images first, in a stage of their own. */
const fitted = [
  /** arXiv:1807.03888: an ensemble over layers, weighted by logistic regression on a validation split. */
  z.strictObject({ kind: z.literal('mahalanobis'), magnitude: nonNegativeFractionSchema.prefault(0) }),
  /** arXiv:2204.06507: minus the distance to the k-th nearest normalised feature of training. */
  z.strictObject({ kind: z.literal('knn'), neighbours: z.int().positive().max(10_000).default(50) }),
  /** arXiv:1705.09064: an auto-encoder's reconstruction error; the reformed input is classified. */
  z.strictObject({ kind: z.literal('magnet'), epochs: z.int().positive().max(1000).default(10) }),
  /** Metzen et al. 2017 (arXiv:1702.04267): a network that tells clean features from attacked ones. */
  z.strictObject({ kind: z.literal('adversary-network'), epochs: z.int().positive().max(1000).default(30) }),
] as const;

/**
 * Scores inputs, higher meaning more in-distribution (science.md, section 5). Its threshold is frozen where it accepts
 * the wanted share of clean validation images.
 */
const detectorUnion = z.discriminatedUnion('kind', [...unfitted, ...fitted]);
export const detectorSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  detectorUnion,
);
export type Detector = z.output<typeof detectorSchema>;
export type DetectorKind = Detector['kind'];

export const fittedDetectorSchema = z.discriminatedUnion('kind', fitted);
export type FittedDetector = z.output<typeof fittedDetectorSchema>;
export type FittedKind = FittedDetector['kind'];
export type UnfittedDetector = Exclude<Detector, FittedDetector>;

const fittedKinds: ReadonlySet<DetectorKind> = new Set(fitted.map(({ shape }) => shape.kind.value));
export const isFitted = (detector: Detector): detector is FittedDetector => fittedKinds.has(detector.kind);

/** To the score of these no gradient leads, so no attack adapts to them. */
const unclimbable: ReadonlySet<DetectorKind> = new Set(['feature-squeezing']);
export const isClimbable = ({ kind }: Pick<Detector, 'kind'>): boolean => !unclimbable.has(kind);

/** Short name within a run, and the key that thresholds, scores and fits are stored under. */
export const detectorName = (detector: Detector): string =>
  kindWithDepartures(detector, detectorSchema.parse(detector.kind));
