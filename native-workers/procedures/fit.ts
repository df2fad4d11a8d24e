import { join } from 'node:path';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import type { ExampleSet } from '#workers/data/example-set.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import type { FitRequest, FittedArrays } from '#workers/ood/detectors/detector-rule.ts';
import { fittedRuleOf } from '#workers/ood/detectors/detector-rules.ts';
import { announceStart, resumeFrom } from './checkpoints.ts';
import { saveFitted } from './fitted-file.ts';
import { followSteps } from './follow-steps.ts';
import { loadModel, type Model } from './model-file.ts';
import { createPace, progressPeriodMs } from './pace.ts';
import { inputFile, workspacePath, type Procedure, type ProcedureContext } from './procedure.ts';
import { expectFitting } from './training-data.ts';
import { validationParts } from './validation-parts.ts';

type FitContext = ProcedureContext<'fit'>;

/** Fits a detector to a network; a stopped fit begins anew. */
export const fit: Procedure<'fit'> = async function* (context) {
  yield* announceStart(await resumeFrom(context, () => undefined));
  const model = await loadModel(inputFile(context, 'model'));
  const images = await loadImages(context, model);
  const parameters = toTensors(model.graph, model.parameters);
  try {
    context.engine.freeze(parameters);
    const network = { graph: model.graph, parameters };
    const fitted = yield* fitTo(context, { ...images, network, seed: context.recipe.seed });
    if (fitted === undefined) yield { kind: 'stopped' };
    else yield* finish(context, fitted);
  } finally {
    disposeTensors(parameters);
  }
};

type Images = Pick<FitRequest, 'train' | 'classCount'> & { readonly tuning: ExampleSet };

async function loadImages(context: FitContext, { graph }: Model): Promise<Images> {
  const dataset = await openDataset(context.workspace, inputFile(context, 'data'));
  expectFitting(graph, dataset);
  const { train, validation } = await dataset.loadAll(['train', 'validation']);
  const { tuning } = validationParts(validation, context.recipe.detector);
  return { train, tuning, classCount: dataset.manifest.classes.length };
}

/** Ends with nothing where a stop was asked for. */
async function* fitTo(
  context: FitContext,
  request: FitRequest,
): AsyncGenerator<WorkerEvent, FittedArrays | undefined, void> {
  const { detector } = context.recipe;
  const progressDue = createPace(progressPeriodMs, context.now);
  const steps = fittedRuleOf(detector).fit(detector, request);
  const end = yield* followSteps(context, steps, (progress) =>
    progressDue()
      ? { kind: 'progress', ...progress, unit: 'examples', note: 'learning from training images' }
      : undefined,
  );
  return end?.result;
}

async function* finish(context: FitContext, fitted: FittedArrays): AsyncGenerator<WorkerEvent, void, void> {
  const remark = context.engine.choices?.remark();
  if (remark !== undefined) yield { kind: 'log', level: 'info', text: remark };
  const file = join(context.folder, 'detector.safetensors');
  const { sha256, bytes } = await saveFitted(file, { detector: context.recipe.detector, fitted });
  const artifact = {
    folder: workspacePath(context, context.folder),
    file: workspacePath(context, file),
    sha256,
    bytes,
  };
  yield { kind: 'finished', artifact };
}
