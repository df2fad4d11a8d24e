import { z } from 'zod';
import type { SafetensorsFile } from '#workers/array/safetensors.ts';
import type { ParameterArray, ParameterSet } from '#workers/networks/parameters.ts';
import type { Model } from './model-file.ts';
import { networkText, parseNetwork, readArrays, storeArrays } from './named-arrays.ts';

/** Everything that the steps to come depend on, apart from the recipe. */
export type TrainingSnapshot = Model & {
  /** Steps taken in this stage; epoch and place within it follow. */
  readonly step: number;
  readonly optimizerStep: number;
  readonly slots: ReadonlyMap<string, ParameterArray>;
};

/** What a snapshot holds for each parameter in one slot: an optimizer's, or of whatever else is carried along. */
export function arraysIn({ slots }: TrainingSnapshot, slot: string): ParameterSet {
  const own = [...slots].filter(([key]) => key.startsWith(`${slot}/`));
  return new Map(own.map(([key, array]) => [key.slice(slot.length + 1), array]));
}

/** The inverse: a slot's arrays under the keys of a snapshot. */
export const keysIn = (slot: string, arrays: ParameterSet): TrainingSnapshot['slots'] =>
  new Map([...arrays].map(([name, array]) => [`${slot}/${name}`, array]));

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
