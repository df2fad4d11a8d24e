import { tensor } from '@tensorflow/tfjs-core';
import { disposeTensors, type ParameterSet, type ParameterTensors } from '#workers/networks/parameters.ts';

/**
 * What an objective hands from each of its steps in a stage to the next, beside the weights that the stage trains:
 * networks of its own and what their optimizers hold. A stage begins with none, and the objective then makes it.
 */
export type Carried = {
  /** How many steps led to it, from 1. */
  readonly steps: number;
  /** By names that are the objective's; saved and restored to the bit. */
  readonly tensors: ParameterTensors;
};

/** In the engine's layouts: nobody but the objective knows of what networks they are. */
export async function readCarried({ tensors }: Carried): Promise<ParameterSet> {
  const read = Object.entries(tensors).map(async ([name, held]) => {
    const values = (await held.data()) as Float32Array;
    return [name, { shape: held.shape, values: values.slice() }] as const;
  });
  return new Map(await Promise.all(read));
}

/** The inverse of {@link readCarried}; new tensors. */
export const uploadCarried = (steps: number, arrays: ParameterSet): Carried => ({
  steps,
  tensors: Object.fromEntries(
    [...arrays].map(([name, { shape, values }]) => [name, tensor(values.slice(), [...shape], 'float32')]),
  ),
});

export const cloneCarried = ({ steps, tensors }: Carried): Carried => ({
  steps,
  tensors: Object.fromEntries(Object.entries(tensors).map(([name, held]) => [name, held.clone()])),
});

export function disposeCarried(carried: Carried | undefined): void {
  if (carried !== undefined) disposeTensors(carried.tensors);
}
