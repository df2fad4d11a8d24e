import { isFitted, type Detector } from '#contract/detector.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { ExampleSet } from '#workers/data/example-set.ts';
import { fittedRuleOf } from '#workers/ood/detectors/detector-rules.ts';

/** Every second validation image tunes a detector that tunes; the threshold never sees it. */
export function validationParts(
  validation: ExampleSet,
  detector: Detector,
): { readonly tuning: ExampleSet; readonly freezing: ExampleSet } {
  if (validation.indices.length < fewest)
    throw new BadInput(
      `A detector's threshold is frozen on validation images, of which there are ${validation.indices.length}; at least ${fewest} are needed.`,
      'Give the dataset a validation of some hundred images in the study.',
    );
  const every = (remainder: number): ExampleSet => ({
    ...validation,
    indices: validation.indices.filter((_, place) => place % 2 === remainder),
  });
  return isFitted(detector) && fittedRuleOf(detector).tunes
    ? { tuning: every(0), freezing: every(1) }
    : { tuning: { ...validation, indices: new Uint32Array(0) }, freezing: validation };
}

const fewest = 20;
