import type { Recipe, StageKind } from '#contract/stage.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { evaluate } from './evaluate.ts';
import { finetune } from './finetune.ts';
import { fit } from './fit.ts';
import { importDataset } from './import-dataset.ts';
import { pretrain } from './pretrain.ts';
import type { Procedure, StageContext } from './procedure.ts';
import { prune } from './prune.ts';

/** What executes each kind of stage. */
const procedures: { readonly [Kind in StageKind]: Procedure<Kind> } = {
  import: importDataset,
  pretrain,
  prune,
  finetune,
  fit,
  evaluate,
};

/** Executes the recipe's stage. */
export function execute(recipe: Recipe, context: StageContext): AsyncGenerator<WorkerEvent, void, void> {
  switch (recipe.kind) {
    case 'import':
      return procedures.import({ ...context, recipe });
    case 'pretrain':
      return procedures.pretrain({ ...context, recipe });
    case 'prune':
      return procedures.prune({ ...context, recipe });
    case 'finetune':
      return procedures.finetune({ ...context, recipe });
    case 'fit':
      return procedures.fit({ ...context, recipe });
    case 'evaluate':
      return procedures.evaluate({ ...context, recipe });
  }
}
