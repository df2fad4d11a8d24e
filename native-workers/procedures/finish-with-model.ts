import { join } from 'node:path';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { measureSize } from '#workers/pruning/measure-size.ts';
import { metricEvent } from './metric-event.ts';
import { saveModel, type Model } from './model-file.ts';
import { workspacePath, type StageContext } from './procedure.ts';

/** Writes `model.safetensors`, says how large the network is, and ends the stage. */
export async function* finishWithModel(
  context: StageContext,
  model: Model,
): AsyncGenerator<WorkerEvent, void, void> {
  const file = join(context.folder, 'model.safetensors');
  const saved = await saveModel(file, model);
  yield metricEvent(0, measureSize(model));
  const folder = workspacePath(context, context.folder);
  yield { kind: 'finished', artifact: { folder, file: workspacePath(context, file), ...saved } };
}
