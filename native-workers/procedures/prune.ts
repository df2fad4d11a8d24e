import { createRandom } from '#workers/array/random.ts';
import { applyMasks } from '#workers/pruning/apply-masks.ts';
import { makeMasks } from '#workers/pruning/make-masks.ts';
import { finishWithModel } from './finish-with-model.ts';
import { loadModel } from './model-file.ts';
import { inputFile, type Procedure } from './procedure.ts';

/** Chooses masks, sets pruned weights to zero and measures what is left. Too quick to stop or to resume. */
export const prune: Procedure<'prune'> = async function* (context) {
  yield { kind: 'started' };
  const { pruning, seed } = context.recipe;
  const model = await loadModel(inputFile(context, 'model'));
  const { masks, warnings } = makeMasks(pruning, model, createRandom(seed, 'prune'));
  for (const text of warnings) yield { kind: 'log', level: 'warning', text };
  const parameters = applyMasks(model.parameters, masks);
  yield* finishWithModel(context, { graph: model.graph, parameters, masks });
};
