import type { NetworkGraph } from '#contract/network.ts';
import { optimizerSchema } from '#contract/objective.ts';
import type { Random } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import { prefixed, toTensors, unprefixed, type ParameterTensors } from '#workers/networks/parameters.ts';
import { createOptimizer, type Updated } from '#workers/optimizers/optimizer.ts';
import type { Carried } from './carried.ts';
import { discriminatorFor } from './discriminator.ts';
import { initializeGenerator, type GanShape } from './generator.ts';

/** Both networks of a GAN, each with what Adam holds of it. */
export type Gan = Readonly<Record<Half, Updated>>;
type Half = 'generator' | 'discriminator';

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

/**
 * The same tensors under names that say whose they are: `generator/parameter/dense.weight`,
 * `generator/slot/first-moment/dense.weight`.
 */
export const carriedFrom = (gan: Gan): Carried => {
  const half = (name: Half): ParameterTensors => ({
    ...prefixed(`${name}/parameter/`, gan[name].parameters),
    ...prefixed(`${name}/slot/`, gan[name].state.slots),
  });
  return { steps: gan.generator.state.step, tensors: { ...half('generator'), ...half('discriminator') } };
};

/** The inverse of {@link carriedFrom}. */
export const ganIn = ({ steps, tensors }: Carried): Gan => {
  const half = (name: Half): Updated => ({
    parameters: unprefixed(`${name}/parameter/`, tensors),
    state: { step: steps, slots: unprefixed(`${name}/slot/`, tensors) },
  });
  return { generator: half('generator'), discriminator: half('discriminator') };
};
