import { readFile } from 'node:fs/promises';
import { detectorName, type FittedDetector } from '#contract/detector.ts';
import { fitRole } from '#contract/stage.ts';
import { parseSafetensors, serializeSafetensors } from '#workers/array/safetensors.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { FittedArrays } from '#workers/ood/detectors/detector-rule.ts';
import type { StageContext } from './procedure.ts';
import { saveFile, type SavedFile } from './save-file.ts';

/** Writes what a fit ended with; the metadata say of which detector. */
export function saveFitted(
  file: string,
  { detector, fitted }: { readonly detector: FittedDetector; readonly fitted: FittedArrays },
): Promise<SavedFile> {
  const metadata = { detector: detectorName(detector) };
  return saveFile(file, serializeSafetensors({ arrays: fitted, metadata }));
}

/** What the stage that the evaluation names as an input has fitted. */
export async function loadFitted(context: StageContext, detector: FittedDetector): Promise<FittedArrays> {
  const name = detectorName(detector);
  const file = context.inputs[fitRole(name)];
  if (file === undefined)
    throw new BadInput(
      `This measurement asks the detector ${name}, but its plan names no fit of it: an earlier Redoubt made that plan.`,
      'Submit the study again: the new plan fits the detector once, for all measurements.',
    );
  try {
    return parseSafetensors(await readFile(file)).arrays;
  } catch (error) {
    throw new BadInput(
      `The fit ${file} cannot be read: ${String(error)}`,
      'Retry the stage that fits this detector.',
    );
  }
}
