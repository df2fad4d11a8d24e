import type { NetworkGraph } from '#contract/network.ts';
import { sizeOf } from '#contract/network-shapes.ts';
import { createRandom, type Random } from '#workers/array/random.ts';
import { predict } from '#workers/networks/predict.ts';
import { lowerConfidenceBound, probit, specialFunctionsReady } from './binomial.ts';
import type { BoundedNetwork } from './network.ts';

export type SmoothingSettings = {
  /** Standard deviation of the noise, in units of the input range. */
  readonly sigma: number;
  /** Draws that choose the class, and draws that its probability is bounded from. */
  readonly selectionDraws: number;
  readonly estimationDraws: number;
  /** Chance, per image, that its radius is too large. */
  readonly alpha: number;
};

export type SmoothedRadius = {
  /** The smoothed classifier's class, or abstention. */
  readonly predicted: number | 'abstain';
  /** Euclidean radius within which that class is certain, with confidence 1 - alpha; 0 on abstention. */
  readonly radius: number;
};

/** The radius that so many estimation draws of the chosen class allow (Cohen et al. 2019, theorem 1). */
export function radiusOfCount(
  successes: number,
  { estimationDraws, alpha, sigma }: SmoothingSettings,
): number | 'abstain' {
  const bound = lowerConfidenceBound(successes, estimationDraws, alpha);
  return bound > 1 / 2 ? sigma * probit(bound) : 'abstain';
}

/**
 * CERTIFY of Cohen et al. 2019 for one image, given flat: what holds is a statement about the smoothed classifier,
 * the network's most probable class under Gaussian noise (not clipped to [0, 1]), not about the network itself.
 */
export async function estimateRadius(
  network: BoundedNetwork,
  image: Float32Array,
  { settings, random }: { readonly settings: SmoothingSettings; readonly random: Random },
): Promise<SmoothedRadius> {
  await specialFunctionsReady;
  const draw = (draws: number, purpose: string): Promise<Uint32Array> =>
    countClasses(network, image, { draws, sigma: settings.sigma, random: random.derive(purpose) });
  const predicted = greatestIndex(await draw(settings.selectionDraws, 'select'));
  const counts = await draw(settings.estimationDraws, 'estimate');
  const radius = radiusOfCount(counts[predicted]!, settings);
  return radius === 'abstain' ? { predicted: 'abstain', radius: 0 } : { predicted, radius };
}

/** The stream of one example's noise, whatever batch it is in. */
export const smoothingRandom = (seed: number, exampleId: number): Random =>
  createRandom(seed, 'smoothing', exampleId);

type Draws = { readonly draws: number; readonly sigma: number; readonly random: Random };

async function countClasses(
  { graph, parameters }: BoundedNetwork,
  image: Float32Array,
  { draws, sigma, random }: Draws,
): Promise<Uint32Array> {
  const counts = new Uint32Array(graph.classCount);
  const split = drawsPerSplit(graph);
  for (let first = 0; first < draws; first += split) {
    const count = Math.min(split, draws - first);
    const noisy = random.fillNormal(new Float32Array(count * image.length), 0, sigma);
    for (let i = 0; i < noisy.length; i += 1) noisy[i]! += image[i % image.length]!;
    const { classes, logits } = await predict({ graph, parameters, images: noisy });
    for (const [row, predicted] of classes.entries())
      if (logits.subarray(row * graph.classCount, (row + 1) * graph.classCount).every(Number.isFinite))
        counts[predicted]! += 1;
  }
  return counts;
}

/** About 16 MB of noisy images. */
const drawsPerSplit = ({ inputShape }: NetworkGraph): number =>
  Math.max(1, Math.min(1000, Math.floor(2 ** 22 / sizeOf(inputShape))));

/** The first of the greatest. */
const greatestIndex = (counts: Uint32Array): number => counts.indexOf(Math.max(...counts));
