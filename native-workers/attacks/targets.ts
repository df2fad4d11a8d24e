import type { Attack } from '#contract/attack.ts';
import type { NetworkGraph } from '#contract/network.ts';
import { createRandom } from '#workers/array/random.ts';

/** Marks an example that is not steered anywhere. */
export const noTarget = -1;

/**
 * The class each example is steered to. `random` is uniform over the classes other than the label; an image of
 * the one class that an attack aims at has nothing to reach and gets no target.
 */
export function chooseTargets(input: {
  readonly attack: Attack;
  readonly graph: NetworkGraph;
  readonly labels: Int32Array;
  readonly exampleIds: Uint32Array;
  readonly seed: number;
}): Int32Array {
  const { attack, graph, labels, exampleIds, seed } = input;
  const target = attack.kind === 'pgd' ? attack.target : 'none';
  if (typeof target === 'number' && target >= graph.classCount)
    throw new RangeError(
      `The attack aims at class ${target}, but there are only classes 0 to ${graph.classCount - 1}.`,
    );
  return labels.map((label, i) => {
    if (target === 'none') return noTarget;
    if (target !== 'random') return target === label ? noTarget : target;
    const drawn = createRandom(seed, 'target', exampleIds[i]!).nextInt(graph.classCount - 1);
    return drawn < label ? drawn : drawn + 1;
  });
}
