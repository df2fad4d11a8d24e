import {
  add,
  conv2dTranspose,
  matMul,
  relu,
  reshape,
  sigmoid,
  tensor,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { ImageShape } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import type { Random } from '#workers/array/random.ts';
import type { ParameterTensors } from '#workers/networks/parameters.ts';

/** Of a GAN for images of one shape: the discriminator has the generator's layers the other way round. */
export type GanShape = {
  readonly image: ImageShape;
  /** Normal numbers that make an image. */
  readonly latent: number;
  /** Of the finer of two layers; the coarser one has twice as many. */
  readonly channels: number;
};

/**
 * Images [batch, height, width, channels] in [0, 1] of noise [batch, latent]: a dense layer, and two convolutions passed
 * back, each of which doubles the size. DCGAN (Radford et al. 2016, arXiv:1511.06434) without batch-norm. Differentiable.
 */
export function generate(shape: GanShape, parameters: ParameterTensors, noise: Tensor2D): Tensor4D {
  const { image, channels } = shape;
  const { coarse, middle } = layerSizes(shape);
  const begun = add(matMul(noise, parameters['dense.weight']!), parameters['dense.bias']!);
  const features = reshape(relu(begun), [-1, ...coarse, 2 * channels]);
  const finer = relu(widen('middle', parameters, { x: features, to: [...middle, channels] }));
  return sigmoid(widen('image', parameters, { x: finer, to: image }));
}

function widen(
  layer: string,
  parameters: ParameterTensors,
  { x, to }: { readonly x: Tensor; readonly to: ImageShape },
): Tensor4D {
  const [filter, bias] = [parameters[`${layer}.weight`], parameters[`${layer}.bias`]];
  const shape: [number, number, number, number] = [x.shape[0], ...to];
  return add(conv2dTranspose(x as Tensor4D, filter as Tensor4D, shape, 2, 1, 'floor'), bias!);
}

/** New parameters, owned by the caller: weights are normal as rectifiers want them (He et al. 2015), biases zero. */
export function initializeGenerator(shape: GanShape, random: Random): ParameterTensors {
  const layers = Object.entries(generatorLayers(shape));
  return Object.fromEntries(
    layers.flatMap(([layer, { weight, bias, fanIn }]) => {
      const chance = random.derive('initialize', layer);
      const values = chance.fillNormal(new Float32Array(sizeOf(weight)), 0, Math.sqrt(2 / fanIn));
      return [
        [`${layer}.weight`, tensor(values, [...weight])],
        [`${layer}.bias`, tensor(new Float32Array(bias), [bias])],
      ] as const;
    }),
  );
}

/** Filters are those of the convolution that is passed back: [row, column, out, in]. */
function generatorLayers(shape: GanShape) {
  const { image, latent, channels } = shape;
  const units = sizeOf(layerSizes(shape).coarse) * 2 * channels;
  return {
    dense: { weight: [latent, units], bias: units, fanIn: latent },
    middle: { weight: [4, 4, channels, 2 * channels], bias: channels, fanIn: tapsPerPixel * 2 * channels },
    image: { weight: [4, 4, image[2], channels], bias: image[2], fanIn: tapsPerPixel * channels },
  } as const;
}

/** At stride 2 a quarter of a filter's sixteen taps reach a pixel. */
const tapsPerPixel = 4;

/** Sizes after the convolutions of kernel 4, stride 2 and padding 1 that are passed back. */
function layerSizes({ image: [height, width] }: GanShape) {
  const halved = ([rows, columns]: readonly [number, number]) =>
    [Math.floor(rows / 2), Math.floor(columns / 2)] as const;
  const middle = halved([height, width]);
  return { middle, coarse: halved(middle) };
}
