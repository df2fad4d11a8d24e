import { taskClassCount } from '#contract/network.ts';
import { imageSize } from '#workers/attacks/image-rows.ts';
import { predict } from '#workers/networks/predict.ts';
import type { DetectorFindings, WatchedNetwork } from './detector-rule.ts';

/** Scores every example by the logits of the task's classes alone: a background class is none of them. */
export const lookAtTaskLogits = (
  network: WatchedNetwork,
  images: Float32Array,
  scoreOf: (logits: Float64Array) => number,
): Promise<DetectorFindings> =>
  lookAtLogits(network, images, (logits) => scoreOf(logits.subarray(0, taskClassCount(network.graph))));

/** Scores every example by all its logits; `scoreOf` computes in float64. */
export async function lookAtLogits(
  { graph, parameters }: WatchedNetwork,
  images: Float32Array,
  scoreOf: (logits: Float64Array) => number,
): Promise<DetectorFindings> {
  const count = images.length / imageSize(graph);
  const { logits } = await predict({ graph, parameters, images });
  return {
    scores: Float64Array.from({ length: count }, (_, row) =>
      scoreOf(Float64Array.from(logits.subarray(row * graph.classCount, (row + 1) * graph.classCount))),
    ),
  };
}
