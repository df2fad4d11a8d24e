import type { NetworkGraph } from '#contract/network.ts';
import { objectiveSchema } from '#contract/objective.ts';
import { disposeTensors, fromTensors, toTensors, type ParameterSet } from '#workers/networks/parameters.ts';
import { disposeCarried } from '#workers/objectives/carried.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import type { ObjectiveContext } from '#workers/objectives/objective-rule.ts';

/** A network and the examples of a step, where they are not told apart by seed and epoch. */
export type Sight = Omit<ObjectiveContext, 'parameters' | 'seed' | 'epoch'> & {
  readonly graph: NetworkGraph;
  readonly weights: ParameterSet;
  readonly epoch?: number;
};

/** What an objective finds, read out; no tensor is left, even where it refuses. */
export async function seenBy(settings: object, { weights, ...sight }: Sight) {
  const parameters = toTensors(sight.graph, weights);
  try {
    const context = { seed: 7, epoch: 0, ...sight, parameters };
    const seen = await lossAndGradients(objectiveSchema.parse(settings), context);
    const gradients = await fromTensors(sight.graph, seen.gradients);
    const statistics = await fromTensors(sight.graph, seen.statistics);
    disposeTensors(seen.gradients);
    disposeTensors(seen.statistics);
    disposeCarried(seen.carried);
    return { loss: seen.loss, correct: seen.correct, remarks: seen.remarks, gradients, statistics };
  } finally {
    disposeTensors(parameters);
  }
}

/** The slope along the gradient, divided by the gradient's own square: 1 where the gradient is one. */
export async function relativeSlope(settings: object, sight: Sight): Promise<number> {
  const { gradients } = await seenBy(settings, sight);
  const square = squaredLength(gradients);
  const along = async (by: number): Promise<number> =>
    (await seenBy(settings, { ...sight, weights: moved(sight.weights, gradients, by) })).loss;
  const step = 3e-4 / square;
  return ((await along(step)) - (await along(-step))) / (2 * step * square);
}

/** Weights a step along a direction; what it does not name stays. */
export function moved(weights: ParameterSet, direction: ParameterSet, by: number): ParameterSet {
  return new Map(
    [...weights].map(([name, { shape, values }]) => {
      const slope = direction.get(name)?.values;
      return [name, { shape, values: values.map((value, i) => value + by * (slope?.[i] ?? 0)) }];
    }),
  );
}

export function squaredLength(set: ParameterSet): number {
  return [...set.values()].reduce(
    (sum, { values }) => sum + values.reduce((total, value) => total + value ** 2, 0),
    0,
  );
}
