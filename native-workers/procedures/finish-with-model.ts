import { join } from 'node:path';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { measureSize } from '#workers/pruning/measure-size.ts';
import { shrink } from '#workers/pruning/shrink.ts';
import { metricEvent } from './metric-event.ts';
import { saveModel, type Model } from './model-file.ts';
import { workspacePath, type StageContext } from './procedure.ts';
import { timeNetwork, type TimedNetwork } from './time-network.ts';

/**
 * Writes `model.safetensors`, says how large and how fast the network is, and ends the stage. Where channels can be
 * taken out, the smaller network is written beside it as `shrunk.safetensors`.
 */
export async function* finishWithModel(
  context: StageContext,
  model: Model,
): AsyncGenerator<WorkerEvent, void, void> {
  const file = join(context.folder, 'model.safetensors');
  const saved = await saveModel(file, model);
  const timed = await timeNetwork(context, model);
  const { latency } = timed;
  yield metricEvent(0, { ...measureSize(model), 'latency.1': latency[1], 'latency.64': latency[64] });
  const shrunkBytes = yield* finishShrinking(context, model, timed);
  const artifact = {
    folder: workspacePath(context, context.folder),
    file: workspacePath(context, file),
    sha256: saved.sha256,
    bytes: saved.bytes + shrunkBytes,
  };
  yield { kind: 'finished', artifact };
}

/** Returns how many bytes were written. */
async function* finishShrinking(
  context: StageContext,
  model: Model,
  whole: TimedNetwork,
): AsyncGenerator<WorkerEvent, number, void> {
  const shrunk = shrink(model);
  if (shrunk === undefined) return 0;
  const { latency, logits } = await timeNetwork(context, shrunk);
  const difference = greatestDifference(whole.logits, logits);
  const size = measureSize(shrunk);
  yield metricEvent(0, {
    'bytes.shrunk': size['bytes.dense'],
    'macs.shrunk': size['macs.dense'],
    'latency.shrunk.1': latency[1],
    'latency.shrunk.64': latency[64],
    'difference.shrunk': difference,
  });
  if (difference <= largestDifference * greatestMagnitude(whole.logits)) {
    const { bytes } = await saveModel(join(context.folder, 'shrunk.safetensors'), shrunk);
    return bytes;
  }
  yield { kind: 'log', level: 'warning', text: notTheSame(difference) };
  return 0;
}

/** Of class scores that reach 1 at most, else in proportion: rounding grows with what is rounded. */
const largestDifference = 1e-5;

const notTheSame = (difference: number): string =>
  `The network without its idle channels was not kept: its class scores differ by up to ${difference} from those of the masked network, where only rounding was expected.`;

/** NaN where any score is. */
const greatestDifference = (left: Float32Array, right: Float32Array): number =>
  left.reduce((greatest, score, at) => Math.max(greatest, Math.abs(score - right[at]!)), 0);

const greatestMagnitude = (scores: Float32Array): number =>
  scores.reduce((greatest, score) => Math.max(greatest, Math.abs(score)), 1);
