import type { Training } from '#contract/objective.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { createRandom } from '#workers/array/random.ts';
import { announceStart, openCheckpoints, resumeFrom } from './checkpoints.ts';
import { measureCleanAccuracy } from './clean-accuracy.ts';
import { metricEvent } from './metric-event.ts';
import { checkpointPeriodMs, createPace, progressPeriodMs } from './pace.ts';
import { inputFile, type StageContext } from './procedure.ts';
import { parseCheckpoint, toCheckpoint, type TrainingSnapshot } from './training-checkpoint.ts';
import { openTrainingData, type TrainingData } from './training-data.ts';
import type { TrainingPlan } from './training-plan.ts';
import type { StepFindings, TrainingSession } from './training-session.ts';

type TrainingContext = StageContext & { readonly recipe: RecipeOf<'pretrain' | 'finetune' | 'prune'> };

/**
 * The loop that all training shares. Chance is derived from the seed, the stage kind, the epoch and the example, and
 * nothing else is carried from step to step but the session, so that a resumed stage ends with the same bits.
 */
export async function* train(
  context: TrainingContext,
  plan: TrainingPlan,
): AsyncGenerator<WorkerEvent, void, void> {
  const resumption = await resumeFrom(context, parseCheckpoint);
  yield* announceStart(resumption);
  const session = plan.open(resumption.kind === 'resumed' ? resumption.state : await plan.origin());
  try {
    yield* trainSession(context, plan, {
      session,
      firstStep: resumption.kind === 'resumed' ? resumption.step : 0,
    });
  } finally {
    session.dispose();
  }
}

async function* trainSession(
  context: TrainingContext,
  plan: TrainingPlan,
  { session, firstStep }: { readonly session: TrainingSession; readonly firstStep: number },
): AsyncGenerator<WorkerEvent, void, void> {
  const { training } = plan;
  const seed = createRandom(context.recipe.seed, context.recipe.kind).nextUint32();
  const data = await openTrainingData({
    workspace: context.workspace,
    splitFile: inputFile(context, 'data'),
    outlierFile: context.inputs['outliers'],
    graph: session.graph,
    training,
    seed,
  });
  const checkpoints = await openCheckpoints(context);
  const saveAt = async (step: number) => checkpoints.save(step, toCheckpoint(await session.snapshot(step)));
  const progressDue = createPace(progressPeriodMs, context.now);
  const checkpointDue = createPace(checkpointPeriodMs, context.now);
  const totalSteps = plan.countSteps?.(data) ?? training.epochs * data.stepsPerEpoch;
  const progressAt = (step: number) => progressEvent(training, data, { step, totalSteps });
  yield progressAt(firstStep);
  for (let step = firstStep; step < totalSteps; step += 1) {
    if (await context.stopRequested()) {
      yield await saveAt(step);
      yield { kind: 'stopped' };
      return;
    }
    const taken = await takeStep(session, { plan, data, seed, step });
    const overflown = Object.entries(taken.metrics).find(([, value]) => !Number.isFinite(value));
    if (overflown !== undefined) {
      yield diverged(taken, { totalSteps, overflown });
      return;
    }
    if (isRecorded(step + 1, totalSteps) || taken.density !== undefined)
      yield metricEvent(step + 1, taken.metrics);
    if (taken.warning !== undefined) yield { kind: 'log', level: 'warning', text: taken.warning };
    if ((step + 1) % data.stepsPerEpoch === 0) yield* validate(session, data, step + 1);
    if (progressDue()) yield progressAt(step + 1);
    if (checkpointDue()) yield await saveAt(step + 1);
  }
  yield* finish(plan, await session.snapshot(totalSteps));
}

type StepInput = {
  readonly plan: TrainingPlan;
  readonly data: TrainingData;
  readonly seed: number;
  readonly step: number;
};
type TakenStep = StepInput &
  Pick<StepFindings, 'density' | 'warning'> & {
    readonly learningRate: number | undefined;
    readonly metrics: Readonly<Record<string, number>>;
  };

async function takeStep(session: TrainingSession, input: StepInput): Promise<TakenStep> {
  const { plan, data, seed, step } = input;
  const { stepsPerEpoch } = data;
  const position = { step, stepsPerEpoch, epochs: plan.training.epochs };
  const learningRate = plan.learningRateAt?.(position);
  const batch = data.batchAt(step);
  const epoch = Math.floor(step / stepsPerEpoch);
  const findings = await session.step({ batch, learningRate: learningRate ?? 0, seed, epoch, position });
  const { density } = findings;
  const metrics = {
    loss: findings.loss,
    accuracy: findings.correct / batch.labels.length,
    ...(learningRate !== undefined && { 'learning-rate': learningRate }),
    ...(density !== undefined && { density }),
    ...findings.remarks,
  };
  const named = Object.entries(metrics).map(([name, value]) => [`${metricPrefix}${name}`, value] as const);
  return { ...input, ...findings, learningRate, metrics: Object.fromEntries(named) };
}

const metricPrefix = 'train.';

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
  plan: TrainingPlan,
  trained: TrainingSnapshot,
): AsyncGenerator<WorkerEvent, void, void> {
  const arrays = [...trained.parameters.values(), ...trained.slots.values()];
  if (arrays.every(({ values }) => values.every(Number.isFinite))) yield* plan.finish(trained);
  else yield failedAsDiverged(`Training diverged in its last step: weights are not finite any more.`);
}

/** The metric that is not finite says what it was: a loss of the network itself, or of what an objective trains beside it. */
function diverged(
  { data, step, learningRate }: TakenStep,
  { totalSteps, overflown }: { readonly totalSteps: number; readonly overflown: readonly [string, number] },
): WorkerEvent {
  const [name, value] = overflown;
  const what = name.slice(metricPrefix.length).replaceAll('-', ' ');
  const place = `step ${step + 1} of ${totalSteps} (epoch ${epochAt(data, step)})`;
  const rate = learningRate === undefined ? '' : ` at learning rate ${Number(learningRate.toPrecision(3))}`;
  return failedAsDiverged(`Training diverged at ${place}: the ${what} is ${value}${rate}.`);
}

const failedAsDiverged = (message: string): WorkerEvent => ({
  kind: 'failed',
  failure: {
    kind: 'diverged',
    message,
    remedy:
      'Lower the learning rate, or that of the GAN where there is one, or add warm-up epochs (schedule: {kind: cosine, warmupEpochs: 1}); trying again without a change gives the same.',
  },
});

function progressEvent(
  { epochs, batch }: Training,
  data: TrainingData,
  { step, totalSteps }: { readonly step: number; readonly totalSteps: number },
): WorkerEvent {
  const examplesThrough = (steps: number): number =>
    Math.floor(steps / data.stepsPerEpoch) * data.examplesPerEpoch +
    Math.min(data.examplesPerEpoch, (steps % data.stepsPerEpoch) * batch);
  return {
    kind: 'progress',
    done: examplesThrough(step),
    total: Math.max(1, examplesThrough(totalSteps)),
    unit: 'examples',
    note: `epoch ${Math.min(epochs, epochAt(data, step))} of ${epochs}`,
  };
}

const epochAt = ({ stepsPerEpoch }: TrainingData, step: number): number =>
  Math.floor(step / stepsPerEpoch) + 1;
