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
};

/** Evaluates images [batch, height, width, channels] in [0, 1], given flat. */
export async function predict(input: {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly images: Float32Array;
}): Promise<Predictions> {
  const { graph, parameters, images } = input;
  if (images.length === 0) return describeLogits(new Float32Array(0), graph.classCount);
  const logits = tidy(() => forward(graph, parameters, imageTensor(graph, images)));
  const values = await readAndDispose(logits);
  return describeLogits(values, graph.classCount);
}

/** Uploads images [batch, height, width, channels], given flat; owned by the caller. */
export function imageTensor(graph: NetworkGraph, images: Float32Array): Tensor4D {
  const [height, width, channels] = graph.inputShape;
  return tensor4d(images, [images.length / (height * width * channels), height, width, channels]);
}

/** Reads class and confidence off logits, in float64. */
export function describeLogits(logits: Float32Array, classCount: number): Predictions {
  const count = logits.length / classCount;
  const classes = new Int32Array(count);
  const confidences = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = logits.subarray(i * classCount, (i + 1) * classCount);
    const first = greatestIndex(row);
    classes[i] = first;
    confidences[i] = 1 / totalBeside(row, first);
  }
  return { logits, classes, confidences };
}

/** Cross-entropy of each example against its label, in float64. A NaN logit gives a NaN loss. */
export function measureLosses(logits: Float32Array, labels: Int32Array): Float32Array<ArrayBuffer> {
  const classCount = logits.length / labels.length;
  return Float32Array.from(labels, (label, i) => {
    const row = logits.subarray(i * classCount, (i + 1) * classCount);
    const first = greatestIndex(row);
    return Math.log(totalBeside(row, first)) + row[first]! - row[label]!;
  });
}

/** The sum of all classes' exponentials, in units of that of class `first`. */
const totalBeside = (row: Float32Array, first: number): number =>
  row.reduce((sum, logit) => sum + Math.exp(logit - row[first]!), 0);

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
