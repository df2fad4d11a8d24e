import { z } from 'zod';
import type { SafetensorsFile } from '#workers/array/safetensors.ts';
import type { ParameterArray, ParameterSet } from '#workers/networks/parameters.ts';
import { readCarried, uploadCarried, type Carried } from '#workers/objectives/carried.ts';
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

/** What is left of a snapshot's slots for the optimizer: all but the objective's, and those of `others`. */
export function slotsOfOptimizer(
  { slots }: TrainingSnapshot,
  ...others: readonly string[]
): TrainingSnapshot['slots'] {
  const apart = [carriedSlot, ...others];
  return new Map([...slots].filter(([key]) => !apart.some((slot) => key.startsWith(`${slot}/`))));
}

/** Where a snapshot keeps what the objective carries from step to step. */
const carriedSlot = 'carried';

/** New tensors; nothing before an objective's first step, or where it carries nothing. */
export function carriedIn(snapshot: TrainingSnapshot): Carried | undefined {
  const arrays = arraysIn(snapshot, carriedSlot);
  return arrays.size === 0 ? undefined : uploadCarried(snapshot.step, arrays);
}

export const keysOfCarried = async (carried: Carried | undefined): Promise<TrainingSnapshot['slots']> =>
  carried === undefined ? new Map() : keysIn(carriedSlot, await readCarried(carried));

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
