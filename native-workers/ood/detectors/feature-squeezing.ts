import type { NetworkGraph } from '#contract/network.ts';
import { imageSize } from '#workers/attacks/image-rows.ts';
import { predict } from '#workers/networks/predict.ts';
import type { DetectorRule, WatchedNetwork } from './detector-rule.ts';
import { medianOfFour, nonLocalMeans, reduceDepth, type Squeezer } from './squeezers.ts';

/**
 * Minus the largest L1 change of the softmax when the image is squeezed: in bit depth, by a median of 2x2, by
 * non-local means 11-3-4 (Xu et al. 2018, arXiv:1704.01155). Rounding and medians lead no gradient to the score, and
 * it is not approximated here: the adaptive attack cannot climb it.
 */
export const featureSqueezing: DetectorRule<'feature-squeezing'> = {
  open: ({ bits }, network) => {
    const squeezers = [
      reduceDepth(bits ?? defaultBits(network.graph)),
      medianOfFour,
      nonLocalMeans({ window: 11, patch: 3, strength: 4 }),
    ];
    return {
      look: async (images) => {
        const plain = await softmaxOf(network, images);
        const changes = new Float64Array(plain.length);
        for (const squeezer of squeezers) {
          const squeezed = await softmaxOf(network, squeezedImages(images, network.graph, squeezer));
          for (const [row, probabilities] of squeezed.entries())
            changes[row] = Math.max(changes[row]!, distance(probabilities, plain[row]!));
        }
        return { scores: changes.map((change) => -change) };
      },
      dispose: () => undefined,
    };
  },
};

const defaultBits = ({ inputShape }: NetworkGraph): number => (inputShape[2] === 1 ? 1 : 5);

function squeezedImages(images: Float32Array, graph: NetworkGraph, squeezer: Squeezer): Float32Array {
  const size = imageSize(graph);
  const squeezed = new Float32Array(images.length);
  for (let start = 0; start < images.length; start += size)
    squeezed.set(squeezer(images.subarray(start, start + size), graph.inputShape), start);
  return squeezed;
}

/** Softmax per example, in float64. */
async function softmaxOf(
  { graph, parameters }: WatchedNetwork,
  images: Float32Array,
): Promise<readonly Float64Array[]> {
  const { classCount } = graph;
  const count = images.length / imageSize(graph);
  const { logits } = await predict({ graph, parameters, images });
  return Array.from({ length: count }, (_, row) => {
    const own = Float64Array.from(logits.subarray(row * classCount, (row + 1) * classCount));
    const greatest = own.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = own.map((logit) => Math.exp(logit - greatest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  });
}

const distance = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0);
