import { engine, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Random } from '#workers/array/random.ts';
import { repeated } from '#workers/engine/repeated.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { parameterSpecs } from '#workers/networks/parameter-specs.ts';
import {
  disposeTensors,
  fromTensors,
  toTensors,
  type ParameterSet,
  type ParameterTensors,
} from '#workers/networks/parameters.ts';
import { createOptimizer } from '#workers/optimizers/optimizer.ts';
import type { FitProgress, FittedArrays } from './detector-rule.ts';

/** A small network of a detector's own, and what it learns. It has no batch-norm and no dropout. */
export type OwnTraining = {
  readonly graph: NetworkGraph;
  readonly random: Random;
  readonly epochs: number;
  readonly examples: number;
  readonly batch: number;
  /** What the examples at `positions` give the loss; disposed after the step. */
  readonly gather: (positions: Uint32Array, epoch: number) => Promise<ParameterTensors>;
  /** Mean over the batch; names no numbers but those of the tensors given. */
  readonly loss: (parameters: ParameterTensors, given: ParameterTensors) => Scalar;
};

/** Adam at its usual rate, from new weights. */
export async function* trainOwnNetwork(
  training: OwnTraining,
): AsyncGenerator<FitProgress, ParameterSet, void> {
  const { graph, random, epochs, examples, batch } = training;
  const optimizer = createOptimizer(optimizerSchema.parse({ kind: 'adam', learningRate }));
  let parameters = toTensors(graph, initializeParameters(graph, random));
  let state = optimizer.init(parameters);
  try {
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      const order = random.derive('order', epoch).permutation(examples);
      for (let first = 0; first < examples; first += batch) {
        const positions = order.subarray(first, first + batch);
        const gradients = gradientsOf(training, parameters, await training.gather(positions, epoch));
        const before = { parameters, slots: state.slots };
        ({ parameters, state } = optimizer.update({ parameters, gradients, state, learningRate }));
        for (const done of [gradients, before.parameters, before.slots]) disposeTensors(done);
        yield { done: epoch * examples + first + positions.length, total: epochs * examples };
      }
    }
    return finite(await fromTensors(graph, parameters));
  } finally {
    disposeTensors(parameters);
    disposeTensors(state.slots);
  }
}

const learningRate = 1e-3;

/** What was learnt, out of what a fit ended with. */
export const learntIn = (fitted: FittedArrays, graph: NetworkGraph): ParameterSet =>
  new Map(
    parameterSpecs(graph).map(({ name, shape }) => {
      const values = fitted.get(name)?.values;
      if (values instanceof Float32Array) return [name, { shape, values }];
      throw new Error(`The fitted detector has no ${name}. Was it fitted for another network?`);
    }),
  );

/** Disposes what was gathered. */
function gradientsOf(
  { graph, loss }: OwnTraining,
  parameters: ParameterTensors,
  given: ParameterTensors,
): ParameterTensors {
  const names = Object.keys(parameters);
  const compute = (): ParameterTensors => {
    const trained = names.map((name): Tensor => parameters[name]!);
    const { value, grads } = engine().gradients(() => loss(parameters, given), trained);
    value.dispose();
    return Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
  };
  const gradients = repeated({ of: graph, as: 'own training', inputs: { ...given, ...parameters }, compute });
  disposeTensors(given);
  return gradients;
}

function finite(parameters: ParameterSet): ParameterSet {
  for (const [name, { values }] of parameters)
    if (!values.every(Number.isFinite))
      throw new RangeError(`Fitting a detector diverged: ${name} is not finite.`);
  return parameters;
}
