import type { NetworkGraph } from '#contract/network.ts';
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

/** Evaluates images [batch, height, width, channels] in [0, 1], given flat. */
export async function predict(input: {
  readonly graph: NetworkGraph;
  readonly parameters: ParameterTensors;
  readonly images: Float32Array;
  readonly labels: Int32Array;
}): Promise<Predictions> {
  throw new Error(`Not yet written (${input.labels.length}).`);
}
