import { tidy, dispose, type Tensor } from '@tensorflow/tfjs-core';
import { imageTensor } from '#workers/networks/predict.ts';
import { oneHotTensor } from '#workers/networks/one-hot.ts';
import { boundFully } from './full-bounds.ts';
import { inputBox } from './interval.ts';
import {
  boundIntervals,
  intervalMargins,
  magnitude,
  plainMargins,
  type NodeBounds,
} from './interval-bounds.ts';
import { marginRows } from './margin-rows.ts';
import { inputNode, outputNode, type BoundedNetwork } from './network.ts';
import { boundFunctionals } from './pull-back.ts';
import type { LowerSlope } from './rules/rule.ts';
import { examplesPerSplit } from './split.ts';
import { zonotopeMargins } from './zonotope-margins.ts';

/** A sound method, and how it is set. `plain` intervals bound each logit alone. */
export type BoundMethod =
  | { readonly kind: 'interval'; readonly form: 'merged' | 'plain' }
  | { readonly kind: 'crown'; readonly intermediate: 'interval' | 'full'; readonly lowerSlope: LowerSlope }
  | { readonly kind: 'forward-linear' };

export type BoundRequest = BoundedNetwork & {
  readonly method: BoundMethod;
  /** [batch, height, width, channels] in [0, 1], flat. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** Radius of the linf ball, of which only the part inside [0, 1] counts. */
  readonly epsilon: number;
};

/**
 * Lower bounds, over each image's ball, of the label's logit minus every other: [batch, classes] row by row, 0 at the
 * label. NaN where the network's activations could not be bounded. Computed in float32: a bound is sound up to rounding.
 * Parameters stay the caller's; no tensor is left behind.
 */
export async function boundMargins(request: BoundRequest): Promise<Float32Array> {
  const { graph, labels, images } = request;
  const margins = new Float32Array(labels.length * graph.classCount);
  const pixels = images.length / labels.length;
  const split = examplesAtOnce(request);
  for (let first = 0; first < labels.length; first += split) {
    const part = {
      ...request,
      labels: labels.slice(first, first + split),
      images: images.slice(first * pixels, (first + split) * pixels),
    };
    margins.set(await boundSplit(part), first * graph.classCount);
  }
  return margins;
}

function examplesAtOnce({ graph, method }: BoundRequest): number {
  switch (method.kind) {
    case 'interval':
      return examplesPerSplit(graph, 1);
    case 'crown':
      return examplesPerSplit(graph, graph.classCount);
    case 'forward-linear':
      return 1;
  }
}

async function boundSplit(request: BoundRequest): Promise<Float32Array> {
  const { graph, labels, images, epsilon } = request;
  const { bounds, sums } = tidy(() => {
    const found = boundIntervals(request, inputBox(imageTensor(graph, images), epsilon));
    return { bounds: found, sums: magnitude(found) };
  });
  try {
    const margins = await readAndDispose(await marginsFrom(request, bounds));
    const magnitudes = await sums.data();
    for (let example = 0; example < labels.length; example += 1)
      if (!Number.isFinite(magnitudes[example]))
        margins.fill(NaN, example * graph.classCount, (example + 1) * graph.classCount);
    return margins;
  } finally {
    sums.dispose();
    disposeBounds(bounds);
  }
}

/** [examples, classes], owned by the caller. */
async function marginsFrom(request: BoundRequest, bounds: NodeBounds): Promise<Tensor> {
  const { graph, labels, method } = request;
  switch (method.kind) {
    case 'interval':
      return tidy(() =>
        method.form === 'merged'
          ? intervalMargins(request, bounds, marginRows(labels, graph.classCount))
          : plainMargins(request, bounds, oneHotTensor(labels, graph.classCount)),
      );
    case 'crown':
      return crownMargins(request, bounds, method);
    case 'forward-linear':
      return zonotopeMargins(request, bounds[inputNode(graph)]!, labels);
  }
}

async function crownMargins(
  request: BoundRequest,
  bounds: NodeBounds,
  { intermediate, lowerSlope }: Extract<BoundMethod, { kind: 'crown' }>,
): Promise<Tensor> {
  const { graph, labels } = request;
  const closer = intermediate === 'full' ? await boundFully(request, { bounds, lowerSlope }) : {};
  const margins = tidy(() =>
    boundFunctionals(
      request,
      { node: outputNode(graph).id, functionals: marginRows(labels, graph.classCount) },
      { bounds: { ...bounds, ...closer }, lowerSlope },
    ),
  );
  await margins.data();
  disposeBounds(closer);
  return margins;
}

function disposeBounds(bounds: NodeBounds): void {
  for (const { lower, upper } of Object.values(bounds)) dispose([lower, upper]);
}

async function readAndDispose(tensor: Tensor): Promise<Float32Array> {
  try {
    return Float32Array.from(await tensor.data());
  } finally {
    tensor.dispose();
  }
}
