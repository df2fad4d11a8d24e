import { tensor4d, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { NetworkGraph } from '#contract/network.ts';
import { forward } from './forward.ts';
import type { ParameterTensors } from './parameters.ts';

export type Predictions = {
  /** [batch, classes], row by row. */
  readonly logits: Float32Array;
  /** The first class with the greatest logit. */
  readonly classes: Int32Array;
  /** Softmax probability of that class. */
  readonly confidences: Float32Array;
  /** Cross-entropy against `labels`, per example. */
  readonly losses: Float32Array;
};

/** Evaluates images [batch, height, width, channels] in [0, 1], given flat. A NaN logit gives a NaN loss. */
export async function predict(input: {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly images: Float32Array;
  readonly labels: Int32Array;
}): Promise<Predictions> {
  const { graph, parameters, images, labels } = input;
  if (labels.length === 0) return describeLogits(new Float32Array(0), labels, graph.classCount);
  const logits = tidy(() => forward(graph, parameters, imageTensor(graph, images)));
  const values = await readAndDispose(logits);
  return describeLogits(values, labels, graph.classCount);
}

/** Uploads images [batch, height, width, channels], given flat; owned by the caller. */
export function imageTensor(graph: NetworkGraph, images: Float32Array): Tensor4D {
  const [height, width, channels] = graph.inputShape;
  return tensor4d(images, [images.length / (height * width * channels), height, width, channels]);
}

/** Reads class, confidence and loss off logits, in float64. */
export function describeLogits(logits: Float32Array, labels: Int32Array, classCount: number): Predictions {
  const count = labels.length;
  const classes = new Int32Array(count);
  const confidences = new Float32Array(count);
  const losses = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = logits.subarray(i * classCount, (i + 1) * classCount);
    const first = greatestIndex(row);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - row[first]!), 0);
    classes[i] = first;
    confidences[i] = 1 / total;
    losses[i] = Math.log(total) + row[first]! - row[labels[i]!]!;
  }
  return { logits, classes, confidences, losses };
}

/** The first index of the greatest value. */
function greatestIndex(values: Float32Array): number {
  let greatest = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! > values[greatest]!) greatest = i;
  return greatest;
}

async function readAndDispose(logits: Tensor2D): Promise<Float32Array> {
  try {
    return (await logits.data()) as Float32Array;
  } finally {
    logits.dispose();
  }
}
