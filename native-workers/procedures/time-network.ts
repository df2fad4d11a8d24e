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

/** Evaluates noise as often as it takes, with parameters that the engine may specialise on. */
export async function timeNetwork(
  context: Clock & Pick<StageContext, 'engine'>,
  { graph, parameters: arrays }: Pick<MaskedNetwork, 'graph' | 'parameters'>,
): Promise<TimedNetwork> {
  const parameters = toTensors(graph, arrays);
  const batchOf = (count: number) => ({
    images: noise(graph.inputShape, count),
    labels: new Int32Array(count),
  });
  const [one, many] = [batchOf(1), batchOf(64)];
  try {
    context.engine.freeze(parameters);
    const { logits } = await predict({ graph, parameters, ...many });
    await predict({ graph, parameters, ...one });
    const latency = {
      1: await medianTime(context, () => predict({ graph, parameters, ...one })),
      64: await medianTime(context, () => predict({ graph, parameters, ...many })),
    };
    return { latency, logits };
  } finally {
    disposeTensors(parameters);
  }
}

const fewestRounds = 3;
const mostRounds = 30;
/** Enough for small networks to settle, and little beside the training of any. */
const budgetMs = 250;

/** Of an operation that was done before, so that it is compiled. A stop that was asked for ends the rounds. */
async function medianTime({ now, stopRequested }: Clock, operation: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const begun = now();
  do {
    const start = now();
    await operation();
    times.push(now() - start);
    if (times.length >= fewestRounds && now() - begun >= budgetMs) break;
  } while (times.length < mostRounds && !(await stopRequested()));
  times.sort((a, b) => a - b);
  return (times[(times.length - 1) >> 1]! + times[times.length >> 1]!) / 2;
}

function noise(shape: readonly number[], count: number): Float32Array {
  const size = shape.reduce((product, axis) => product * axis, count);
  return createRandom(0, 'noise to classify').fillUniform(new Float32Array(size), 0, 1);
}
