import { createRandom } from '#workers/array/random.ts';
import { applyMasks } from '#workers/pruning/apply-masks.ts';
import { makeMasks } from '#workers/pruning/make-masks.ts';
import { measureSize } from '#workers/pruning/measure-size.ts';
import { metricEvent } from './metric-event.ts';
import { finishWithModel, loadModel } from './model-file.ts';
import { inputFile, type Procedure } from './procedure.ts';

/** Chooses masks, sets pruned weights to zero and measures what is left. Too quick to stop or to resume. */
export const prune: Procedure<'prune'> = async function* (context) {
  yield { kind: 'started' };
  const { pruning, seed } = context.recipe;
  const model = await loadModel(inputFile(context, 'model'));
  const { masks, warnings } = makeMasks(pruning, model.parameters, createRandom(seed, 'prune'));
  for (const text of warnings) yield { kind: 'log', level: 'warning', text };
  const parameters = applyMasks(model.parameters, masks);
  yield metricEvent(0, measureSize(model.graph, parameters, masks));
  yield await finishWithModel(context, { graph: model.graph, parameters, masks });
};
