import type { Scalar } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Random } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { parameterSpecs } from '#workers/networks/parameter-specs.ts';
import {
  disposeTensors,
  fromTensors,
  toTensors,
  type ParameterSet,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import { descendLoss } from '#workers/optimizers/descend-loss.ts';
import { createOptimizer, type OptimizerRule, type Updated } from '#workers/optimizers/optimizer.ts';
import type { FitProgress, FittedArrays } from './detector-rule.ts';

/** A small network of a detector's own, and what it learns. It has no batch-norm and no dropout. */
export type OwnTraining = {
  readonly graph: NetworkGraph;
  readonly random: Random;
  readonly epochs: number;
  readonly examples: number;
  readonly batch: number;
  readonly learningRate: number;
  /** What the examples at `positions` give the loss; disposed after the step. */
  readonly gather: (positions: Uint32Array, epoch: number) => Promise<ParameterTensors>;
  /** Mean over the batch; names no numbers but those of the tensors given. */
  readonly loss: (parameters: ParameterTensors, given: ParameterTensors) => Scalar;
};

/** Adam, from new weights. */
export async function* trainOwnNetwork(
  training: OwnTraining,
): AsyncGenerator<FitProgress, ParameterSet, void> {
  const { graph, random, epochs, examples, batch, learningRate } = training;
  const optimizer = createOptimizer(optimizerSchema.parse({ kind: 'adam', learningRate }));
  const begun = toTensors(graph, initializeParameters(graph, random));
  let held: Updated = { parameters: begun, state: optimizer.init(begun) };
  try {
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      const order = random.derive('order', epoch).permutation(examples);
      for (let first = 0; first < examples; first += batch) {
        const positions = order.subarray(first, first + batch);
        held = stepOwn(training, optimizer, { held, given: await training.gather(positions, epoch) });
        yield { done: epoch * examples + first + positions.length, total: epochs * examples };
      }
    }
    return finite(await fromTensors(graph, held.parameters));
  } finally {
    disposeTensors(held.parameters);
    disposeTensors(held.state.slots);
  }
}

/** What was learnt, out of what a fit ended with. */
export const learntIn = (fitted: FittedArrays, graph: NetworkGraph): ParameterSet =>
  new Map(
    parameterSpecs(graph).map(({ name, shape }) => {
      const values = fitted.get(name)?.values;
      if (values instanceof Float32Array) return [name, { shape, values }];
      throw new Error(`The fitted detector has no ${name}. Was it fitted for another network?`);
    }),
  );

/** Disposes what was gathered, and what was held. */
function stepOwn(
  { graph, loss, learningRate }: OwnTraining,
  optimizer: OptimizerRule,
  { held, given }: { readonly held: Updated; readonly given: ParameterTensors },
): Updated {
  const { measures, ...updated } = descendLoss(optimizer, held, {
    of: graph,
    as: 'own training',
    given,
    measure: (parameters) => ({ loss: loss(parameters, given) }),
    learningRate,
  });
  for (const done of [measures, given, held.parameters, held.state.slots]) disposeTensors(done);
  return updated;
}

function finite(parameters: ParameterSet): ParameterSet {
  for (const [name, { values }] of parameters)
    if (!values.every(Number.isFinite))
      throw new RangeError(`Fitting a detector diverged: ${name} is not finite.`);
  return parameters;
}
