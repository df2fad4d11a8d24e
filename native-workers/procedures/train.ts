import type { Training } from '#contract/objective.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { createRandom } from '#workers/array/random.ts';
import { learningRateAt } from '#workers/optimizers/schedules.ts';
import { announceStart, openCheckpoints, resumeFrom } from './checkpoints.ts';
import { measureCleanAccuracy } from './clean-accuracy.ts';
import { finishWithModel } from './finish-with-model.ts';
import { metricEvent } from './metric-event.ts';
import type { Model } from './model-file.ts';
import { checkpointPeriodMs, createPace, progressPeriodMs } from './pace.ts';
import { inputFile, type StageContext } from './procedure.ts';
import { parseCheckpoint, toCheckpoint } from './training-checkpoint.ts';
import { openTrainingData, type TrainingData } from './training-data.ts';
import { openSession, type TrainingSession } from './training-session.ts';

type TrainingContext = StageContext & { readonly recipe: RecipeOf<'pretrain'> | RecipeOf<'finetune'> };

/**
 * The loop that pre-training and fine-tuning share. Chance is derived from the seed, the stage kind, the epoch and the
 * example, and nothing else is carried from step to step but the session, so that a resumed stage ends with the
 * same bits.
 */
export async function* train(
  context: TrainingContext,
  origin: () => Promise<Model> | Model,
): AsyncGenerator<WorkerEvent, void, void> {
  const resumption = await resumeFrom(context, parseCheckpoint);
  yield* announceStart(resumption);
  const { training } = context.recipe;
  const session = openSession(training, resumption.kind === 'resumed' ? resumption.state : await origin());
  try {
    yield* trainSession(context, session, resumption.kind === 'resumed' ? resumption.step : 0);
  } finally {
    session.dispose();
  }
}

async function* trainSession(
  context: TrainingContext,
  session: TrainingSession,
  firstStep: number,
): AsyncGenerator<WorkerEvent, void, void> {
  const { training, kind } = context.recipe;
  const seed = createRandom(context.recipe.seed, kind).nextUint32();
  const data = await openTrainingData({
    workspace: context.workspace,
    splitFile: inputFile(context, 'data'),
    graph: session.graph,
    training,
    seed,
  });
  const checkpoints = await openCheckpoints(context);
  const saveAt = async (step: number) => checkpoints.save(step, toCheckpoint(await session.snapshot(step)));
  const progressDue = createPace(progressPeriodMs, context.now);
  const checkpointDue = createPace(checkpointPeriodMs, context.now);
  const totalSteps = training.epochs * data.stepsPerEpoch;
  yield progressEvent(training, data, firstStep);
  for (let step = firstStep; step < totalSteps; step += 1) {
    if (await context.stopRequested()) {
      yield await saveAt(step);
      yield { kind: 'stopped' };
      return;
    }
    const taken = await takeStep(session, { training, data, seed, step });
    if (!Number.isFinite(taken.loss)) {
      yield diverged(taken);
      return;
    }
    if (isRecorded(step + 1, totalSteps)) yield metricEvent(step + 1, taken.metrics);
    if ((step + 1) % data.stepsPerEpoch === 0) yield* validate(session, data, step + 1);
    if (progressDue()) yield progressEvent(training, data, step + 1);
    if (checkpointDue()) yield await saveAt(step + 1);
  }
  yield* finish(context, session, totalSteps);
}

type StepInput = {
  readonly training: Training;
  readonly data: TrainingData;
  readonly seed: number;
  readonly step: number;
};
type TakenStep = StepInput & {
  readonly loss: number;
  readonly learningRate: number;
  readonly metrics: Readonly<Record<string, number>>;
};

async function takeStep(session: TrainingSession, input: StepInput): Promise<TakenStep> {
  const { training, data, seed, step } = input;
  const { stepsPerEpoch } = data;
  const position = { step, stepsPerEpoch, epochs: training.epochs };
  const learningRate = learningRateAt(training.schedule, training.optimizer.learningRate, position);
  const batch = data.batchAt(step);
  const epoch = Math.floor(step / stepsPerEpoch);
  const { loss, correct, remarks } = await session.step({ batch, learningRate, seed, epoch, position });
  const accuracy = correct / batch.labels.length;
  const metrics = {
    'train.loss': loss,
    'train.accuracy': accuracy,
    'train.learning-rate': learningRate,
    ...Object.fromEntries(Object.entries(remarks).map(([name, value]) => [`train.${name}`, value])),
  };
  return { ...input, loss, learningRate, metrics };
}

/** At most about this many points per series and stage. */
const mostPoints = 2000;

/** Every step of a short stage; of a long one every k-th, the first and the last. Steps count from 1 here. */
function isRecorded(step: number, totalSteps: number): boolean {
  return step === 1 || step === totalSteps || step % Math.ceil(totalSteps / mostPoints) === 0;
}

async function* validate(
  session: TrainingSession,
  { validation }: TrainingData,
  step: number,
): AsyncGenerator<WorkerEvent, void, void> {
  if (validation.indices.length === 0) return;
  const accuracy = await measureCleanAccuracy(session.graph, session.parameters(), validation);
  yield metricEvent(step, { 'validation.clean': accuracy });
}

/** A gradient can overflow in the very last step, whose loss was still finite. */
async function* finish(
  context: TrainingContext,
  session: TrainingSession,
  totalSteps: number,
): AsyncGenerator<WorkerEvent, void, void> {
  const { graph, masks, parameters } = await session.snapshot(totalSteps);
  const isFinite = [...parameters.values()].every(({ values }) => values.every(Number.isFinite));
  if (isFinite) yield* finishWithModel(context, { graph, masks, parameters });
  else yield failedAsDiverged(`Training diverged in its last step: weights are not finite any more.`);
}

function diverged({ training, data, step, loss, learningRate }: TakenStep): WorkerEvent {
  const place = `step ${step + 1} of ${training.epochs * data.stepsPerEpoch} (epoch ${epochAt(data, step)})`;
  return failedAsDiverged(
    `Training diverged at ${place}: the loss is ${loss} at learning rate ${Number(learningRate.toPrecision(3))}.`,
  );
}

const failedAsDiverged = (message: string): WorkerEvent => ({
  kind: 'failed',
  failure: {
    kind: 'diverged',
    message,
    remedy:
      'Lower the learning rate or add warm-up epochs (schedule: {kind: cosine, warmupEpochs: 1}); trying again without a change gives the same.',
  },
});

function progressEvent(training: Training, data: TrainingData, step: number): WorkerEvent {
  const { stepsPerEpoch, examplesPerEpoch } = data;
  const inEpoch = Math.min(examplesPerEpoch, (step % stepsPerEpoch) * training.batch);
  return {
    kind: 'progress',
    done: Math.floor(step / stepsPerEpoch) * examplesPerEpoch + inEpoch,
    total: Math.max(1, training.epochs * examplesPerEpoch),
    unit: 'examples',
    note: `epoch ${Math.min(training.epochs, epochAt(data, step))} of ${training.epochs}`,
  };
}

const epochAt = ({ stepsPerEpoch }: TrainingData, step: number): number =>
  Math.floor(step / stepsPerEpoch) + 1;
