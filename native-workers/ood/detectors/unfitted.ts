import type { FitProgress, FittedArrays } from './detector-rule.ts';

/** The fit of a detector that learns nothing from training images. */
// eslint-disable-next-line @typescript-eslint/require-await, require-yield
export async function* unfitted(): AsyncGenerator<FitProgress, FittedArrays, void> {
  return new Map();
}
