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
  /** 1: still correct under the attack. All ones of `cleanPredictions == labels` where no attack ran. */
  survived: z.instanceof(Uint8Array),
  /** Length of the witness's perturbation in the attack's norm; 0 where none was made. */
  distances: z.instanceof(Float32Array),
});
export type ExampleOutcomes = z.output<typeof exampleOutcomesSchema>;
