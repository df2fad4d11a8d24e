import {
  engine,
  relu,
  reshape,
  type NamedAttrMap,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import type { ParameterTensors } from './parameters.ts';

/** Logits [batch, classes] of images [batch, height, width, channels] in [0, 1]; differentiable. */
export function forward(graph: NetworkGraph, parameters: ParameterTensors, images: Tensor4D): Tensor2D {
  const activations = new Map<string, Tensor>();
  const rectified = rectifiedLayers(graph);
  for (const node of graph.nodes) {
    const activation =
      node.kind === 'input'
        ? images
        : evaluate(node, activations.get(node.input)!, { parameters, rectified });
    activations.set(node.id, activation);
  }
  return activations.get(graph.nodes[graph.nodes.length - 1]!.id) as Tensor2D;
}

type LayerContext = { readonly parameters: ParameterTensors; readonly rectified: ReadonlySet<string> };

function evaluate(node: Exclude<NetworkNode, { kind: 'input' }>, x: Tensor, context: LayerContext): Tensor {
  switch (node.kind) {
    case 'conv':
      return runFused(
        'FusedConv2D',
        { x, filter: weight(node.id, context), bias: bias(node.id, context) },
        {
          strides: [node.stride, node.stride],
          pad: [
            [0, 0],
            [node.padding, node.padding],
            [node.padding, node.padding],
            [0, 0],
          ],
          dilations: [1, 1],
          dataFormat: 'NHWC',
          dimRoundingMode: 'floor',
          activation: activationOf(node.id, context),
        },
      );
    case 'dense': {
      const matrix = weight(node.id, context);
      const product = runFused(
        '_FusedMatMul',
        {
          a: reshape(x, [1, ...x.shape]),
          b: reshape(matrix, [1, ...matrix.shape]),
          bias: bias(node.id, context),
        },
        { transposeA: false, transposeB: false, activation: activationOf(node.id, context) },
      );
      return reshape(product, [x.shape[0], node.units]);
    }
    case 'relu':
      return context.rectified.has(node.input) ? x : relu(x);
    case 'flatten':
      return reshape(x, [x.shape[0], -1]);
  }
}

/** Layers that only a ReLU reads: their kernel rectifies in the same pass. */
function rectifiedLayers(graph: NetworkGraph): ReadonlySet<string> {
  const layers = graph.nodes.filter((node) => node.kind === 'conv' || node.kind === 'dense');
  return new Set(
    layers
      .map((layer) => layer.id)
      .filter((id) => {
        const readers = graph.nodes.filter((node) => node.kind !== 'input' && node.input === id);
        return readers.length === 1 && readers[0]!.kind === 'relu';
      }),
  );
}

const activationOf = (id: string, { rectified }: LayerContext): string =>
  rectified.has(id) ? 'relu' : 'linear';
const weight = (id: string, context: LayerContext): Tensor => parameter(`${id}.weight`, context);
const bias = (id: string, context: LayerContext): Tensor => parameter(`${id}.bias`, context);

function parameter(name: string, { parameters }: LayerContext): Tensor {
  const tensor = parameters[name];
  if (!tensor)
    throw new Error(`The parameter ${name} is missing. Were these parameters made for another network?`);
  return tensor;
}

/** Straight to the kernel: tfjs-core's fused operations compute every gradient even where only one is asked for. */
function runFused(
  kernel: string,
  inputs: Record<string, Tensor>,
  attributes: Record<string, unknown>,
): Tensor {
  return engine().runKernel<Tensor>(kernel, inputs, attributes as NamedAttrMap);
}
