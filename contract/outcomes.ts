import { z } from 'zod';

/**
 * What one evaluation found for each example, in the order of the test split.
 * `survived` is evidence, not proof: the named attack did not break it. A misclassified clean example counts as broken.
 */
export const exampleOutcomesSchema = z.strictObject({
  examples: z.instanceof(Uint32Array),
  labels: z.instanceof(Uint16Array),
  cleanPredictions: z.instanceof(Uint16Array),
  /** At the witness: the first point found to break the example, or of a survivor the one that came closest to it. */
  attackedPredictions: z.instanceof(Uint16Array),
  /** 1: still correct under the attack. All ones of `cleanPredictions == labels` where no attack ran; under a certificate, not falsified. */
  survived: z.instanceof(Uint8Array),
  /** Length of the witness's perturbation in the attack's norm; 0 where none was made. */
  distances: z.instanceof(Float32Array),
  /** What a verifier proved; nothing where none was asked. */
  proofs: z
    .strictObject({
      /** Index in {@link proofStatuses}. */
      statuses: z.instanceof(Uint8Array),
      /** The least lower bound of a margin, or a Euclidean radius from smoothing; NaN where nothing could be bounded. */
      margins: z.instanceof(Float32Array),
    })
    .optional(),
  /** What the open world showed; nothing elsewhere. Labels of inputs of no class are {@link noClass}. */
  openWorld: z
    .strictObject({
      targets: z.instanceof(Uint16Array),
      /** Largest softmax at the witness. */
      confidences: z.instanceof(Float32Array),
      /** Scores at the witness, by the detector's name. */
      scores: z.record(z.string(), z.instanceof(Float64Array)),
      /** Frozen on clean in-distribution validation images: a score at or above it is accepted. */
      thresholds: z.record(z.string(), z.number()),
    })
    .optional(),
});
export const noClass = 0xffff;

/** A falsified example has a witness: a point of the ball that is misclassified. A status is stored as its index. */
export const proofStatuses = ['unknown', 'verified', 'falsified'] as const;
export type ProofStatus = (typeof proofStatuses)[number];
export type Proofs = NonNullable<ExampleOutcomes['proofs']>;

export type ExampleOutcomes = z.output<typeof exampleOutcomesSchema>;
export type OpenWorldOutcomes = NonNullable<ExampleOutcomes['openWorld']>;
