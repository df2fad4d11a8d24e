import { createRandom } from '#workers/array/random.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import type { MaskedNetwork } from '#workers/pruning/masked-network.ts';
import type { StageContext } from './procedure.ts';

type Clock = Pick<StageContext, 'now' | 'stopRequested'>;

export type TimedNetwork = {
  /** Median milliseconds of classifying one image and 64, from uploading them to reading their class scores. */
  readonly latency: { readonly 1: number; readonly 64: number };
  /** Class scores of the 64 images, which are the same for all networks that take such images. */
  readonly logits: Float32Array;
};

/**
 * Evaluates noise as often as it takes, with parameters that the engine may specialise on. The networks take turns, so
 * that whatever else the machine does slows them all.
 */
export async function timeNetworks(
  context: Clock & Pick<StageContext, 'engine'>,
  networks: readonly Pick<MaskedNetwork, 'graph' | 'parameters'>[],
): Promise<readonly TimedNetwork[]> {
  const uploaded = networks.map(({ graph, parameters }) => ({
    graph,
    parameters: toTensors(graph, parameters),
  }));
  try {
    for (const { parameters } of uploaded) context.engine.freeze(parameters);
    const classifying = (count: number) =>
      uploaded.map((network) => {
        const images = noise(network.graph.inputShape, count);
        return () => predict({ ...network, images });
      });
    const one = await medianTimes(context, classifying(1));
    const many = await medianTimes(context, classifying(64));
    return many.map(({ median, first }, place) => ({
      latency: { 1: one[place]!.median, 64: median },
      logits: first.logits,
    }));
  } finally {
    for (const { parameters } of uploaded) disposeTensors(parameters);
  }
}

const fewestRounds = 3;
const mostRounds = 30;
/** Enough for small networks to settle, and little beside the training of any. */
const budgetMs = 250;

/** The first round compiles and does not count. A stop that was asked for ends the rounds. */
async function medianTimes<Result>(
  { now, stopRequested }: Clock,
  operations: readonly (() => Promise<Result>)[],
): Promise<readonly { readonly median: number; readonly first: Result }[]> {
  const timed: { readonly first: Result; readonly times: number[] }[] = [];
  for (const operation of operations) timed.push({ first: await operation(), times: [] });
  const begun = now();
  let rounds = 0;
  do {
    for (const [place, operation] of operations.entries()) {
      const start = now();
      await operation();
      timed[place]!.times.push(now() - start);
    }
    rounds += 1;
    if (rounds >= fewestRounds && now() - begun >= budgetMs * operations.length) break;
  } while (rounds < mostRounds && !(await stopRequested()));
  return timed.map(({ first, times }) => ({ first, median: medianOf(times) }));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function noise(shape: readonly number[], count: number): Float32Array {
  const size = shape.reduce((product, axis) => product * axis, count);
  return createRandom(0, 'noise to classify').fillUniform(new Float32Array(size), 0, 1);
}
