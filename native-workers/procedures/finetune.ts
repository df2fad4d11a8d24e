import { loadModel } from './model-file.ts';
import { inputFile, type Procedure } from './procedure.ts';
import { train } from './train.ts';
import { planWeights } from './training-plan.ts';

/** Trains a model on; what was pruned stays pruned. The optimizer starts anew. */
export const finetune: Procedure<'finetune'> = (context) =>
  train(
    context,
    planWeights(context, () => loadModel(inputFile(context, 'model'))),
  );
