import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import type { ParameterTensors } from './parameters.ts';

/** Logits [batch, classes] of images [batch, height, width, channels] in [0, 1]; differentiable. */
export function forward(graph: NetworkGraph, parameters: ParameterTensors, images: Tensor4D): Tensor2D {
  throw new Error(
    `Not yet written (${graph.nodes.length}, ${Object.keys(parameters).length}, ${images.size}).`,
  );
}
