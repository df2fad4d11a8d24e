import type { NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Random } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { toTensors, type ParameterTensors } from '#workers/networks/parameters.ts';
import { createOptimizer, type Updated } from '#workers/optimizers/optimizer.ts';
import type { Carried } from './carried.ts';
import { discriminatorFor } from './discriminator.ts';
import { initializeGenerator, type GanShape } from './generator.ts';

/** Both networks of a GAN, each with what Adam holds of it. */
export type Gan = Readonly<Record<Half, Updated>>;
type Half = (typeof halves)[number];
const halves = ['generator', 'discriminator'] as const;

/** As DCGAN is trained (arXiv:1511.06434), and the authors' GAN. */
export const ganOptimizer = createOptimizer(optimizerSchema.parse({ kind: 'adam', beta1: 0.5 }));

/** New tensors; the same for every stage of a seed. */
export function beginGan(graph: NetworkGraph, shape: GanShape, random: Random): Carried {
  const discriminator = discriminatorFor(graph, shape);
  const begun: Readonly<Record<Half, ParameterTensors>> = {
    generator: initializeGenerator(shape, random.derive('generator')),
    discriminator: toTensors(
      discriminator,
      initializeParameters(discriminator, random.derive('discriminator')),
    ),
  };
  const untrained = (half: Half): Updated => ({
    parameters: begun[half],
    state: ganOptimizer.init(begun[half]),
  });
  return carriedFrom({ generator: untrained('generator'), discriminator: untrained('discriminator') });
}

/** The same tensors under names of which the first word says whose they are: `generator/first-moment/dense.weight`. */
export const carriedFrom = (gan: Gan): Carried => ({
  steps: gan.generator.state.step,
  tensors: Object.fromEntries(
    halves.flatMap((half) => {
      const { parameters, state } = gan[half];
      return [...under(`${half}/parameter/`, parameters), ...under(`${half}/slot/`, state.slots)];
    }),
  ),
});

/** The inverse of {@link carriedFrom}. */
export const ganIn = ({ steps, tensors }: Carried): Gan => {
  const half = (name: Half): Updated => ({
    parameters: within(`${name}/parameter/`, tensors),
    state: { step: steps, slots: within(`${name}/slot/`, tensors) },
  });
  return { generator: half('generator'), discriminator: half('discriminator') };
};

const under = (place: string, tensors: ParameterTensors) =>
  Object.entries(tensors).map(([name, tensor]) => [`${place}${name}`, tensor] as const);

const within = (place: string, tensors: ParameterTensors): ParameterTensors =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(place) ? [[name.slice(place.length), tensor] as const] : [],
    ),
  );
