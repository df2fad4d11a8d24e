import { openWorldSchema } from '#contract/open-world.ts';
import { createRandom } from '#workers/array/random.ts';
import { gatherExamples } from '#workers/data/example-set.ts';
import { pushToTargets, type PushRequest } from '#workers/ood/push-to-targets.ts';
import type { FitProgress, FitRequest } from './detector-rule.ts';
import { usualEpsilon } from './usual-epsilon.ts';

/** Training examples, and each as an attack left it. */
export type AttackedExamples = {
  /** In the training set. */
  readonly positions: Uint32Array;
  readonly attacked: readonly Float32Array[];
};

/**
 * Attacks up to `most` training images as an open-world measurement attacks its inputs, in the usual ball.
 */
export async function* attackExamples(
  { network, classCount, train, seed }: FitRequest,
  most: number,
): AsyncGenerator<FitProgress, AttackedExamples, void> {
  const setting = openWorldSchema.parse({ source: 'in-distribution', epsilon: usualEpsilon(network.graph) });
  const chosen = createRandom(seed, 'attacked training images').permutation(train.indices.length);
  const positions = chosen.slice(0, most);
  const attacked: Float32Array[] = [];
  for (let first = 0; first < positions.length; first += batchSize) {
    const batch = gatherExamples(train, positions.subarray(first, first + batchSize));
    const witnesses = await pushed({ network, setting, batch, classCount, seed });
    const size = witnesses.length / batch.labels.length;
    for (const row of batch.labels.keys()) attacked.push(witnesses.slice(row * size, (row + 1) * size));
    yield { done: attacked.length, total: positions.length };
  }
  return { positions, attacked };
}

const batchSize = 128;

async function pushed(request: PushRequest): Promise<Float32Array> {
  const steps = pushToTargets(request);
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value.witnesses;
  }
}
