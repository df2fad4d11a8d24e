import {
  add,
  concat,
  dispose,
  div,
  exp,
  max,
  mean,
  mul,
  sub,
  sum,
  type Scalar,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { repeated } from '#workers/engine/repeated.ts';
import { forward } from '#workers/networks/forward.ts';
import { crossEntropy, logSumExp } from '#workers/networks/losses.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { prefixed } from '#workers/networks/parameters.ts';
import { descendLoss, type LossMeasures } from '#workers/optimizers/descend-loss.ts';
import type { Updated } from '#workers/optimizers/optimizer.ts';
import { discriminatorFor, generated, real } from './discriminator.ts';
import { ganOptimizer, type Gan } from './gan.ts';
import { generate, type GanShape } from './generator.ts';
import type { ObjectiveContext } from './objective-rule.ts';
import { fromUniform } from './outlier-losses.ts';

export type GanSettings = {
  readonly shape: GanShape;
  /** Of the divergence in what the generator minimises. */
  readonly weight: number;
  readonly learningRate: number;
};
/** Both are the caller's: images of the batch [batch, height, width, channels], and as much noise [batch, latent]. */
type Seen = { readonly images: Tensor4D; readonly noise: Tensor2D };

/**
 * A step of the discriminator, and then one of the generator against it, on the same noise (Lee et al. 2018, algorithm 1).
 * Returns new tensors, the measures among them; `gan` stays the caller's.
 */
export function stepGan(
  context: ObjectiveContext,
  settings: GanSettings,
  { gan, ...seen }: Seen & { readonly gan: Gan },
): { readonly gan: Gan; readonly measures: Readonly<Record<'generator' | 'discriminator', LossMeasures>> } {
  const { measures: ofDiscriminator, ...discriminator } = stepDiscriminator(context, settings, {
    gan,
    ...seen,
  });
  const { measures: ofGenerator, ...generator } = stepGenerator(context, settings, {
    gan: { ...gan, discriminator },
    ...seen,
  });
  return {
    gan: { generator, discriminator },
    measures: { generator: ofGenerator, discriminator: ofDiscriminator },
  };
}

/** Images of one batch that are there to be looked at, not to be differentiated; owned by the caller. */
export function generateImages(
  { graph }: ObjectiveContext,
  { shape }: Pick<GanSettings, 'shape'>,
  { generator, noise }: { readonly generator: Updated; readonly noise: Tensor2D },
): Tensor4D {
  const { parameters } = generator;
  const { images } = repeated({
    of: graph,
    as: `generated ${nameOf(shape)}`,
    inputs: { noise, ...parameters },
    compute: () => ({ images: generate(shape, parameters, noise) }),
  });
  return images;
}

type Step = Seen & { readonly gan: Gan };

/** Cross-entropy of telling images from generated ones: -log D(x) - log(1 - D(G(z))). */
function stepDiscriminator(context: ObjectiveContext, settings: GanSettings, { gan, images, noise }: Step) {
  const { graph } = context;
  const count = noise.shape[0];
  const network = discriminatorFor(graph, settings.shape);
  const made = generateImages(context, settings, { generator: gan.generator, noise });
  const labels = oneHotTensor(
    Int32Array.from({ length: 2 * count }, (_, i) => (i < count ? real : generated)),
    2,
  );
  const updated = descendLoss(ganOptimizer, gan.discriminator, {
    of: graph,
    as: `discriminator ${nameOf(settings.shape)}`,
    given: { images, made, labels },
    learningRate: settings.learningRate,
    measure: (own) => {
      const logits = forward(network, own, concat([images, made]));
      return { loss: div<Scalar>(sum(crossEntropy(logits, labels)), count) };
    },
  });
  dispose([made, labels]);
  return updated;
}

/**
 * -log D(G(z)), the form with a slope where the discriminator is sure (Goodfellow et al. 2014), and the divergence of
 * what the network in evaluation (docs/decisions/0009) says of generated images. `confidence` is its mean max softmax.
 */
function stepGenerator({ graph, parameters }: ObjectiveContext, settings: GanSettings, { gan, noise }: Step) {
  const { shape, weight, learningRate } = settings;
  const network = discriminatorFor(graph, shape);
  const discriminator = gan.discriminator.parameters;
  const labels = oneHotTensor(new Int32Array(noise.shape[0]).fill(real), 2);
  const updated = descendLoss(ganOptimizer, gan.generator, {
    of: graph,
    as: `generator ${nameOf(shape)} ${weight}`,
    given: {
      noise,
      labels,
      ...prefixed('discriminator ', discriminator),
      ...prefixed('network ', parameters),
    },
    learningRate,
    measure: (own) => {
      const images = generate(shape, own, noise);
      const unlike = crossEntropy(forward(network, discriminator, images), labels);
      const logits = forward(graph, parameters, images);
      return {
        loss: div<Scalar>(sum(add(unlike, mul(fromUniform(logits), weight))), noise.shape[0]),
        confidence: meanConfidence(logits),
      };
    },
  });
  dispose(labels);
  return updated;
}

const meanConfidence = (logits: Tensor2D): Scalar =>
  mean(exp(sub<Tensor1D>(max(logits, 1), logSumExp(logits))));

const nameOf = ({ latent, channels }: GanShape): string => `by ${latent} ${channels}`;
