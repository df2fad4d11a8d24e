import { createRandom } from '#workers/array/random.ts';

export type TargetRequest = {
  readonly seed: number;
  readonly exampleIds: Uint32Array;
  readonly classCount: number;
};

/**
 * A class other than the clean prediction, uniform over those of the task (a prediction that is none of them leaves all):
 * for detectors that learn from attacked images of the task.
 */
export function chooseTargets(cleanPredictions: Int32Array, request: TargetRequest): Int32Array {
  const { classCount } = request;
  return cleanPredictions.map((predicted, row) => {
    const stream = targetStream(request, row);
    if (predicted >= classCount) return stream.nextInt(classCount);
    const drawn = stream.nextInt(classCount - 1);
    return drawn < predicted ? drawn : drawn + 1;
  });
}

/**
 * The class that an open-world measurement pushes each input to: uniform over all classes of the task, drawn blindly, by
 * one rule for inputs of the task and of no class and for every epsilon. How often it is the clean prediction is the
 * base rate, about one in as many as there are classes; among the other inputs it is uniform over the classes that are
 * not the clean prediction (decision 0019).
 */
export const chooseBlindTargets = (request: TargetRequest): Int32Array =>
  Int32Array.from(request.exampleIds, (_, row) => targetStream(request, row).nextInt(request.classCount));

const targetStream = ({ seed, exampleIds }: TargetRequest, row: number) =>
  createRandom(seed, 'open-world target', exampleIds[row]!);
