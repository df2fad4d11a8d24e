import { attackName } from '#contract/attack.ts';
import { certificateName, type Certificate } from '#contract/certificate.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import type { Effort } from '#workers/attacks/search.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import {
  gatherExamples,
  positionRange,
  type ExampleBatch,
  type ExampleSet,
} from '#workers/data/example-set.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { announceStart, openCheckpoints, resumeFrom } from './checkpoints.ts';
import type { EvaluatedNetwork } from './batch-findings.ts';
import { evaluateBatch, type TaskEvaluation } from './evaluate-batch.ts';
import {
  addFindings,
  emptyState,
  measureProofs,
  measureState,
  parseState,
  stateToCheckpoint,
  type EvaluationState,
} from './evaluation-state.ts';
import { followSteps } from './follow-steps.ts';
import { measureOpenWorld } from './measure-open-world.ts';
import { metricEvent } from './metric-event.ts';
import { loadModel, type Model } from './model-file.ts';
import { checkpointPeriodMs, createPace, progressPeriodMs } from './pace.ts';
import { inputFile, workspacePath, type Procedure, type StageContext } from './procedure.ts';
import { saveGallery } from './save-gallery.ts';
import { expectFitting } from './training-data.ts';

type EvaluateContext = StageContext & { readonly recipe: TaskEvaluation };

/** Measures a network on the images of its task, or in the open world. */
export const evaluate: Procedure<'evaluate'> = (context) => {
  const { evaluation } = context.recipe;
  return evaluation.kind === 'open-world'
    ? measureOpenWorld(context, evaluation.openWorld)
    : evaluateTask({ ...context, recipe: { ...context.recipe, evaluation } });
};

/** Classifies the first test images, unperturbed and under the recipe's attack or certificate, and keeps what became of each. */
async function* evaluateTask(context: EvaluateContext): AsyncGenerator<WorkerEvent, void, void> {
  const resumption = await resumeFrom(context, parseState);
  yield* announceStart(resumption);
  const model = await loadModel(inputFile(context, 'model'));
  const { set, examples } = await loadTestSet(context, model);
  const { evaluation } = context.recipe;
  const parameters = toTensors(model.graph, model.parameters);
  try {
    context.engine.freeze(parameters);
    const state =
      resumption.kind === 'resumed'
        ? resumption.state
        : emptyState(examples, evaluation.kind === 'certificate');
    yield* evaluateSet(
      { ...context, recipe: { ...context.recipe, examples } },
      { set, state, network: { graph: model.graph, parameters } },
    );
  } finally {
    disposeTensors(parameters);
  }
}

type Evaluation = {
  readonly set: ExampleSet;
  readonly state: EvaluationState;
  readonly network: EvaluatedNetwork;
};

async function* evaluateSet(
  context: EvaluateContext,
  evaluation: Evaluation,
): AsyncGenerator<WorkerEvent, void, void> {
  const { recipe } = context;
  const { set, network } = evaluation;
  const checkpoints = await openCheckpoints(context);
  const progressDue = createPace(progressPeriodMs, context.now);
  const checkpointDue = createPace(checkpointPeriodMs, context.now);
  let state = evaluation.state;
  yield progressEvent(recipe, state);
  while (state.done < recipe.examples) {
    const last = Math.min(recipe.examples, state.done + batchSize(recipe));
    const batch = gatherExamples(set, positionRange(state.done, last));
    const seen = state;
    const found = yield* followSteps(context, evaluateBatch(network, recipe, batch), (effort) =>
      progressDue() ? progressEvent(recipe, seen, { batch, effort }) : undefined,
    );
    if (found === undefined) {
      yield await checkpoints.save(state.done, stateToCheckpoint(state));
      yield { kind: 'stopped' };
      return;
    }
    const lost = found.result.cleanLosses.findIndex((loss) => !Number.isFinite(loss));
    if (lost >= 0) {
      yield failedWithoutScores(batch.exampleIds[lost]!);
      return;
    }
    state = addFindings(state, batch, found.result);
    if (progressDue()) yield progressEvent(recipe, state);
    if (checkpointDue()) yield await checkpoints.save(state.done, stateToCheckpoint(state));
  }
  yield* finish(context, set, state);
}

/** A class picked from such scores would be the first one, and now and then be right. */
const failedWithoutScores = (exampleId: number): WorkerEvent => ({
  kind: 'failed',
  failure: {
    kind: 'diverged',
    message: `The network's class scores of image ${exampleId} of the test file are not finite numbers: nothing can be measured of it.`,
    remedy: 'Its training diverged. Lower the learning rate or add warm-up epochs.',
  },
});

/** A checkpoint lies between batches, so those of long attacks are smaller. Multiples of 16 need little filling up. */
function batchSize({ evaluation }: TaskEvaluation): number {
  if (evaluation.kind === 'clean') return 250;
  if (evaluation.kind === 'certificate') return certifiedAtOnce(evaluation.certificate);
  const { attack } = evaluation;
  return attack.kind === 'pgd' && attack.steps * attack.restarts > 100 ? 64 : 128;
}

/** A batch of the slow ones takes seconds to a minute, so that a soft stop is heard in time. */
function certifiedAtOnce(certificate: Certificate): number {
  switch (certificate.kind) {
    case 'interval':
      return 128;
    case 'crown':
      return certificate.intermediate === 'full' ? 8 : 64;
    case 'forward-linear':
      return 8;
    case 'smoothing':
      return 4;
  }
}

async function* finish(
  context: EvaluateContext,
  set: ExampleSet,
  state: EvaluationState,
): AsyncGenerator<WorkerEvent, void, void> {
  yield metricEvent(0, finalMetrics(context.recipe, state));
  yield { kind: 'example-outcomes', outcomes: state.outcomes };
  const { evaluation } = context.recipe;
  const bytes =
    evaluation.kind === 'clean'
      ? 0
      : await saveGallery(context, { set, candidates: state.candidates, metadata: metadataOf(evaluation) });
  yield { kind: 'finished', artifact: { folder: workspacePath(context, context.folder), bytes } };
}

function finalMetrics({ evaluation }: TaskEvaluation, state: EvaluationState): Record<string, number> {
  const { clean, cleanLoss, attacked } = measureState(state);
  const metrics = { clean, 'loss.clean': cleanLoss };
  if (evaluation.kind === 'clean') return metrics;
  if (evaluation.kind === 'attack')
    return { ...metrics, [`attacked.${attackName(evaluation.attack)}`]: attacked };
  const name = certificateName(evaluation.certificate);
  const { certified, margin } = measureProofs(state);
  return {
    ...metrics,
    [`certified.${name}`]: certified,
    ...(margin !== undefined && { [`margin.${name}`]: margin }),
  };
}

const metadataOf = (evaluation: Exclude<EvaluationRecipe, { kind: 'clean' }>): Record<string, string> =>
  evaluation.kind === 'attack'
    ? { attack: attackName(evaluation.attack) }
    : { certificate: certificateName(evaluation.certificate) };

type EvaluationRecipe = TaskEvaluation['evaluation'];

/** The test images, and how many of them: where classes are held out, no more than are left. */
async function loadTestSet(
  context: EvaluateContext,
  { graph }: Model,
): Promise<{ readonly set: ExampleSet; readonly examples: number }> {
  const dataset = await openDataset(context.workspace, inputFile(context, 'data'));
  expectFitting(graph, dataset);
  const set = await dataset.load('test');
  const { examples } = context.recipe;
  const count = set.indices.length;
  if (examples <= count || dataset.holdsOut) return { set, examples: Math.min(examples, count) };
  throw new BadInput(
    `${examples} test images were asked for, but ${dataset.manifest.name} has ${count}.`,
    'Lower evaluate.examples in the study, or leave it out to take all.',
  );
}

type Underway = { readonly batch: ExampleBatch; readonly effort: Effort };

/** Of the batch under way as many examples count as done as its share of the work says. */
function progressEvent(
  { examples, evaluation }: TaskEvaluation,
  state: EvaluationState,
  underway?: Underway,
): WorkerEvent {
  const { clean, attacked } = measureState(state);
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
  const soFar = {
    clean: '',
    attack: `, ${percent(attacked)} under attack`,
    certificate: `, ${percent(measureProofs(state).certified)} verified`,
  }[evaluation.kind];
  const note = state.done === 0 ? '' : `${percent(clean)} correct${soFar} so far`;
  const done = state.done + (underway === undefined ? 0 : examplesWorth(underway));
  return { kind: 'progress', done, total: examples, unit: 'examples', note };
}

const examplesWorth = ({ batch, effort: { spent, left } }: Underway): number =>
  Math.floor((batch.labels.length * spent) / Math.max(1, spent + left));
