import { add, mul, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { carriesState, type Training } from '#contract/objective.ts';
import {
  disposeTensors,
  fromTensors,
  isPrunable,
  toTensors,
  toTrainedTensors,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import { lossAndGradients } from '#workers/objectives/objective.ts';
import type { Model } from './model-file.ts';
import { arraysIn, keysIn, type TrainingSnapshot } from './training-checkpoint.ts';
import type { TrainingSession } from './training-session.ts';

/** Where a snapshot keeps the sum of gradients. */
export const gradientSlot = 'gradient';

/** Moves nothing: adds up the gradient by every prunable weight, over all examples that it is stepped through. */
export function openGradientSession(training: Training, origin: Model | TrainingSnapshot): TrainingSession {
  const { graph } = origin;
  if (carriesState(training.objective))
    throw new Error(
      `Gradients of ${training.objective.kind} cannot be added up: it learns from step to step, and nothing moves here.`,
    );
  const parameters = toTensors(graph, origin.parameters);
  const isRanked = (name: string): boolean => isPrunable(name, parameters[name]!);
  const weights = pick(parameters, isRanked);
  let sums: ParameterTensors =
    'slots' in origin
      ? toTrainedTensors(graph, arraysIn(origin, gradientSlot))
      : Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, zerosLike(weight)]));

  return {
    graph,
    parameters: () => parameters,
    async step({ batch, seed, epoch }) {
      const context = { graph, parameters, batch, seed, epoch };
      const { gradients, statistics, ...findings } = await lossAndGradients(training.objective, context);
      const before = sums;
      const count = batch.labels.length;
      sums = tidy(() =>
        Object.fromEntries(
          Object.entries(before).map(([name, sum]) => [name, add(sum, mul(gradients[name]!, count))]),
        ),
      );
      for (const done of [before, gradients, statistics]) disposeTensors(done);
      return findings;
    },
    snapshot: async (step) => ({
      graph,
      masks: origin.masks,
      step,
      parameters: origin.parameters,
      optimizerStep: 0,
      slots: keysIn(gradientSlot, await fromTensors(graph, sums)),
    }),
    dispose() {
      disposeTensors(parameters);
      disposeTensors(sums);
    },
  };
}

const pick = (tensors: ParameterTensors, holds: (name: string) => boolean): ParameterTensors =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => holds(name)));
