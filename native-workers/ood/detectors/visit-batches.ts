import {
  gatherExamples,
  positionRange,
  type ExampleBatch,
  type ExampleSet,
} from '#workers/data/example-set.ts';
import type { FitProgress } from './detector-rule.ts';

const batchSize = 128;

/** Shows the first `most` examples of a set to `visit`, batch by batch, saying how far it is. */
export async function* visitBatches(
  set: ExampleSet,
  most: number,
  visit: (batch: ExampleBatch) => Promise<void>,
): AsyncGenerator<FitProgress, void, void> {
  const total = Math.min(most, set.indices.length);
  for (let first = 0; first < total; first += batchSize) {
    const last = Math.min(total, first + batchSize);
    await visit(gatherExamples(set, positionRange(first, last)));
    yield { done: last, total };
  }
}
