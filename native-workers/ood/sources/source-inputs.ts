import type { ExampleBatch, ExampleSet } from '#workers/data/example-set.ts';
import { gatherExamples, positionRange } from '#workers/data/example-set.ts';

/** The inputs of an open-world measurement, stored as bytes like any image of the library. */
export type SourceInputs = {
  readonly set: ExampleSet;
  /** Names each input within its source, for good: where it lies in its file, or the number that it was made by. */
  readonly exampleIds: Uint32Array;
};

/** Inputs first … last - 1; labels of inputs of no class are `noClass`. */
export function gatherInputs({ set, exampleIds }: SourceInputs, first: number, last: number): ExampleBatch {
  return { ...gatherExamples(set, positionRange(first, last)), exampleIds: exampleIds.slice(first, last) };
}
