import { join } from 'node:path';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { measureSize } from '#workers/pruning/measure-size.ts';
import { shrink } from '#workers/pruning/shrink.ts';
import { metricEvent } from './metric-event.ts';
import { saveModel, type Model } from './model-file.ts';
import { workspacePath, type StageContext } from './procedure.ts';
import { timeNetworks, type TimedNetwork } from './time-networks.ts';

/**
 * Writes `model.safetensors`, says how large and how fast the network is, and ends the stage. Where channels can be
 * taken out, the smaller network is written beside it as `shrunk.safetensors`.
 */
export async function* finishWithModel(
  context: StageContext,
  model: Model,
): AsyncGenerator<WorkerEvent, void, void> {
  const file = join(context.folder, 'model.safetensors');
  const remark = context.engine.choices?.remark();
  if (remark !== undefined) yield { kind: 'log', level: 'info', text: remark };
  const saved = await saveModel(file, model);
  const size = measureSize(model);
  const shrunk = shrinkWorthily(model, size['bytes.dense']);
  const [whole, small] = await timeNetworks(context, shrunk === undefined ? [model] : [model, shrunk]);
  const { latency } = whole!;
  yield metricEvent(0, { ...size, 'latency.1': latency[1], 'latency.64': latency[64] });
  const shrunkBytes =
    shrunk === undefined || small === undefined
      ? 0
      : yield* finishShrinking(context, shrunk, { whole: whole!, small });
  const artifact = {
    folder: workspacePath(context, context.folder),
    file: workspacePath(context, file),
    sha256: saved.sha256,
    bytes: saved.bytes + shrunkBytes,
  };
  yield { kind: 'finished', artifact };
}

/** A mask on single weights may leave a few channels idle, for which a second copy of the network is no gain. */
function shrinkWorthily(model: Model, bytes: number): Model | undefined {
  const shrunk = shrink(model);
  if (shrunk === undefined) return undefined;
  const isDense = shrunk.masks.size === 0;
  return isDense || measureSize(shrunk)['bytes.dense'] <= mostOfBytes * bytes ? shrunk : undefined;
}

const mostOfBytes = 0.9;

/** Returns how many bytes were written. */
async function* finishShrinking(
  context: StageContext,
  shrunk: Model,
  { whole, small }: { readonly whole: TimedNetwork; readonly small: TimedNetwork },
): AsyncGenerator<WorkerEvent, number, void> {
  const difference = greatestDifference(whole.logits, small.logits);
  const size = measureSize(shrunk);
  yield metricEvent(0, {
    'bytes.shrunk': size['bytes.dense'],
    'macs.shrunk': size['macs.dense'],
    'latency.shrunk.1': small.latency[1],
    'latency.shrunk.64': small.latency[64],
    ...(Number.isFinite(difference) && { 'difference.shrunk': difference }),
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
