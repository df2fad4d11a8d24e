import { join } from 'node:path';
import { attackName } from '#contract/attack.ts';
import { certificateName, type Certificate } from '#contract/certificate.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { serializeSafetensors, type StoredArray } from '#workers/array/safetensors.ts';
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
import type { BatchFindings, EvaluatedNetwork } from './batch-findings.ts';
import { evaluateBatch, type TaskEvaluation } from './evaluate-batch.ts';
import {
  addFindings,
  emptyState,
  joined,
  measureProofs,
  measureState,
  parseState,
  stateToCheckpoint,
  type EvaluationState,
} from './evaluation-state.ts';
import { chooseGallery } from './gallery.ts';
import { measureOpenWorld } from './measure-open-world.ts';
import { metricEvent } from './metric-event.ts';
import { loadModel, type Model } from './model-file.ts';
import { checkpointPeriodMs, createPace, progressPeriodMs } from './pace.ts';
import { inputFile, workspacePath, type Procedure, type StageContext } from './procedure.ts';
import { saveFile } from './save-file.ts';
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
  const set = await loadTestSet(context, model);
  const { evaluation, examples } = context.recipe;
  const parameters = toTensors(model.graph, model.parameters);
  try {
    context.engine.freeze(parameters);
    const state =
      resumption.kind === 'resumed'
        ? resumption.state
        : emptyState(examples, evaluation.kind === 'certificate');
    yield* evaluateSet(context, { set, state, network: { graph: model.graph, parameters } });
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
    const findings = yield* followBatch(context, evaluateBatch(network, recipe, batch), (effort) =>
      progressDue() ? progressEvent(recipe, seen, { batch, effort }) : undefined,
    );
    if (findings === undefined) {
      yield await checkpoints.save(state.done, stateToCheckpoint(state));
      yield { kind: 'stopped' };
      return;
    }
    state = addFindings(state, batch, findings);
    if (progressDue()) yield progressEvent(recipe, state);
    if (checkpointDue()) yield await checkpoints.save(state.done, stateToCheckpoint(state));
  }
  yield* finish(context, set, state);
}

/** Ends with what was found, or with nothing where a stop was asked for, which is heard between any two passes. */
async function* followBatch(
  context: EvaluateContext,
  steps: AsyncGenerator<Effort, BatchFindings | undefined, void>,
  tell: (effort: Effort) => WorkerEvent | undefined,
): AsyncGenerator<WorkerEvent, BatchFindings | undefined, void> {
  try {
    while (!(await context.stopRequested())) {
      const step = await steps.next();
      if (step.done) return step.value;
      const event = tell(step.value);
      if (event !== undefined) yield event;
    }
    return undefined;
  } finally {
    await steps.return(undefined);
  }
}

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
  const bytes = await saveGallery(context, set, state);
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

/** Writes `examples.safetensors`: some attacked images for people to look at. `examples` are indices within the test file. */
async function saveGallery(
  { folder, recipe }: EvaluateContext,
  set: ExampleSet,
  state: EvaluationState,
): Promise<number> {
  if (recipe.evaluation.kind === 'clean') return 0;
  const entries = chooseGallery(state.candidates);
  const shape = [entries.length, ...set.shape];
  const size = set.shape[0] * set.shape[1] * set.shape[2];
  const ids = Uint32Array.from(entries, ({ position }) => set.indices[position]!);
  const clean = new Uint8Array(entries.length * size);
  ids.forEach((id, row) => {
    clean.set(set.images.subarray(id * size, (id + 1) * size), row * size);
  });
  const arrays = new Map<string, StoredArray>([
    ['adversarial', { shape, values: joined(entries.map(({ adversarial }) => adversarial)) }],
    ['examples', { shape: [entries.length], values: ids }],
    ['clean', { shape, values: clean }],
  ]);
  const metadata = metadataOf(recipe.evaluation);
  const saved = await saveFile(
    join(folder, 'examples.safetensors'),
    serializeSafetensors({ arrays, metadata }),
  );
  return saved.bytes;
}

const metadataOf = (evaluation: Exclude<EvaluationRecipe, { kind: 'clean' }>): Record<string, string> =>
  evaluation.kind === 'attack'
    ? { attack: attackName(evaluation.attack) }
    : { certificate: certificateName(evaluation.certificate) };

type EvaluationRecipe = TaskEvaluation['evaluation'];

async function loadTestSet(context: EvaluateContext, { graph }: Model): Promise<ExampleSet> {
  const dataset = await openDataset(context.workspace, inputFile(context, 'data'));
  expectFitting(graph, dataset);
  const set = await dataset.load('test');
  const { examples } = context.recipe;
  if (examples > set.indices.length)
    throw new BadInput(
      `${examples} test images were asked for, but ${dataset.manifest.name} has ${set.indices.length}.`,
      'Lower evaluate.examples in the study, or leave it out to take all.',
    );
  return set;
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
