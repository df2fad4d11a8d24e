import { mul, reshape, sum, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { sourcesOf, type NetworkGraph } from '#contract/network.ts';
import { forwardThrough } from '#workers/networks/forward.ts';
import { imageTensor } from '#workers/networks/predict.ts';
import type { WatchedNetwork } from './detector-rule.ts';

/** Of deep networks as many, evenly spread. */
const mostLayers = 8;

/** Ids of the layers that features are taken from: where a rectifier ends one, the last always among them. */
export function featureLayers({ nodes }: NetworkGraph): readonly string[] {
  const rectifiers = nodes.filter(({ kind }) => kind === 'relu').map(({ id }) => id);
  const count = Math.min(mostLayers, rectifiers.length);
  return Array.from(
    { length: count },
    (_, i) => rectifiers[Math.round(((i + 1) * rectifiers.length) / count) - 1]!,
  );
}

/** Id of the node that the last layer reads. */
export const penultimate = ({ nodes }: NetworkGraph): string => sourcesOf(nodes[nodes.length - 1]!)[0]!;

/** One vector per example, [batch, features]: the mean over places of what has any. */
export function spatialMeans(activation: Tensor): Tensor2D {
  const [, height, width] = activation.shape;
  if (activation.rank !== 4) return activation as Tensor2D;
  return mul(sum(activation, [1, 2]), 1 / (height! * width!));
}

/** One vector per example, [batch, features], of all values. */
export const flattened = (activation: Tensor): Tensor2D => reshape(activation, [activation.shape[0], -1]);

/** Rows of features [batch, size], read from an engine. */
export type FeatureRows = { readonly values: Float32Array; readonly size: number };

/** Features of images [batch, height, width, channels], given flat, at each of the nodes. Leaves no tensor behind. */
export async function readFeatures(
  { graph, parameters }: WatchedNetwork,
  images: Float32Array,
  {
    reads,
    vectorOf,
  }: { readonly reads: readonly string[]; readonly vectorOf: (activation: Tensor) => Tensor2D },
): Promise<readonly FeatureRows[]> {
  const tensors = tidy(() => {
    const points = imageTensor(graph, images);
    const { activations } = forwardThrough(graph, parameters, { images: points, reads });
    // clones: two nodes may share a tensor, and each is disposed once
    return reads.map((id) => vectorOf(activations.get(id)!).clone());
  });
  try {
    const read: FeatureRows[] = [];
    for (const tensor of tensors)
      read.push({ values: (await tensor.data()) as Float32Array, size: tensor.shape[1] });
    return read;
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}
