import { reshape, slice, sub, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { activationShapes } from '#contract/network-shapes.ts';
import type { NetworkGraph, NetworkNode } from '#contract/network.ts';
import { forward } from '#workers/networks/forward.ts';
import type { WatchedNetwork } from './detector-rule.ts';
import { featureLayers } from './features.ts';

/** The layer whose activations are judged: that in the middle. */
export function judgedLayer(watched: NetworkGraph): string {
  const layers = featureLayers(watched);
  return layers[Math.floor((layers.length - 1) / 2)]!;
}

/** A small network on those activations, with two outputs: clean, attacked. */
export function judgeFor(watched: NetworkGraph): NetworkGraph {
  const [first, ...others] = activationShapes(watched).get(judgedLayer(watched))!;
  const [width, channels] = others;
  const isFlat = width === undefined || channels === undefined;
  return {
    spec: watched.spec,
    inputShape: isFlat ? [1, 1, first!] : [first!, width, channels],
    classCount: 2,
    nodes: [
      { kind: 'input', id: 'input' },
      ...(isFlat ? ofFeatures : overPlaces([first!, width])),
      { kind: 'dense', id: 'fc', input: 'features', units: 2 },
    ],
  };
}

const ofFeatures: readonly NetworkNode[] = [
  { kind: 'flatten', id: 'flatten', input: 'input' },
  { kind: 'dense', id: 'fc1', input: 'flatten', units: 32 },
  { kind: 'relu', id: 'features', input: 'fc1' },
];

/** Two convolutions, and then the mean over places. */
const overPlaces = (size: [number, number]): readonly NetworkNode[] => [
  { kind: 'conv', id: 'conv1', input: 'input', filters: 16, kernel: 3, stride: 1, padding: 1 },
  { kind: 'relu', id: 'relu1', input: 'conv1' },
  { kind: 'conv', id: 'conv2', input: 'relu1', filters: 32, kernel: 3, stride: 1, padding: 1 },
  { kind: 'relu', id: 'relu2', input: 'conv2' },
  { kind: 'average-pool', id: 'pool', input: 'relu2', window: size, stride: size },
  { kind: 'flatten', id: 'features', input: 'pool' },
];

/** Activations of the judged layer as images [batch, height, width, channels]. */
export const judged = ({ inputShape }: NetworkGraph, activation: Tensor): Tensor4D =>
  reshape(activation, [-1, ...inputShape]);

/** Log-odds of clean, [batch]. Differentiable. */
export function oddsOf({ graph, parameters }: WatchedNetwork, activation: Tensor): Tensor1D {
  const logits = forward(graph, parameters, judged(graph, activation));
  const column = (at: number): Tensor1D => reshape(slice(logits, [0, at], [logits.shape[0], 1]), [-1]);
  return sub(column(0), column(1));
}
