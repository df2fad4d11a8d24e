import { z } from 'zod';
import type { SafetensorsFile } from '#workers/array/safetensors.ts';
import type { ParameterArray } from '#workers/networks/parameters.ts';
import type { Model } from './model-file.ts';
import { networkText, parseNetwork, readArrays, storeArrays } from './named-arrays.ts';

/** Everything that the steps to come depend on, apart from the recipe. */
export type TrainingSnapshot = Model & {
  /** Steps taken in this stage; epoch and place within it follow. */
  readonly step: number;
  readonly optimizerStep: number;
  readonly slots: ReadonlyMap<string, ParameterArray>;
};

export function toCheckpoint(snapshot: TrainingSnapshot): SafetensorsFile {
  return {
    arrays: storeArrays(snapshot),
    metadata: {
      format: 'pt',
      network: networkText(snapshot.graph),
      step: String(snapshot.step),
      optimizerStep: String(snapshot.optimizerStep),
    },
  };
}

const count = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => Number(text));
const metadataSchema = z.object({ step: count, optimizerStep: count });

export function parseCheckpoint(file: SafetensorsFile): TrainingSnapshot {
  return { ...metadataSchema.parse(file.metadata), graph: parseNetwork(file), ...readArrays(file) };
}
