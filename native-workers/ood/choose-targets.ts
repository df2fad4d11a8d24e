import { createRandom } from '#workers/array/random.ts';

export type TargetRequest = {
  readonly seed: number;
  readonly exampleIds: Uint32Array;
  readonly classCount: number;
};

/**
 * The class that each input is pushed to: uniform over the classes other than its clean prediction (a prediction that
 * is no class of the task leaves all of them). The same rule for inputs of the task and of no class.
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
 * The class that each input is compared with where nobody pushes: uniform over all classes, drawn blindly. How often
 * it is the clean prediction is the base rate, about one in as many as there are classes (decision 0019).
 */
export const chooseBlindTargets = (request: TargetRequest): Int32Array =>
  Int32Array.from(request.exampleIds, (_, row) => targetStream(request, row).nextInt(request.classCount));

const targetStream = ({ seed, exampleIds }: TargetRequest, row: number) =>
  createRandom(seed, 'open-world target', exampleIds[row]!);
