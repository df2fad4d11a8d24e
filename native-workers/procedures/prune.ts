import type { Pruning } from '#contract/pruning.ts';
import { trainingSchema } from '#contract/objective.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { createRandom } from '#workers/array/random.ts';
import { initializeParameters } from '#workers/networks/initialize.ts';
import type { ParameterSet } from '#workers/networks/parameters.ts';
import { applyMasks } from '#workers/pruning/apply-masks.ts';
import { makeMasks, type ScoredModel } from '#workers/pruning/make-masks.ts';
import { followSchedule } from '#workers/pruning/mask-policy.ts';
import { gapAt } from '#workers/pruning/mask-schedule.ts';
import { finishWithModel } from './finish-with-model.ts';
import { gradientSlot, openGradientSession } from './gradient-session.ts';
import { loadModel } from './model-file.ts';
import { inputFile, type Procedure, type ProcedureContext } from './procedure.ts';
import { openScoreSession, scoreSlot } from './score-session.ts';
import { train } from './train.ts';
import { arraysIn, type TrainingSnapshot } from './training-checkpoint.ts';
import { scheduledRate, type TrainingPlan } from './training-plan.ts';
import { openSession } from './training-session.ts';

type PruneContext = ProcedureContext<'prune'>;

/**
 * Chooses masks, sets pruned weights to zero and measures what is left; after training, where the strategy trains
 * (docs/decisions/0016). Without training it is too quick to stop or to resume.
 */
export const prune: Procedure<'prune'> = (context) => {
  const plan = planPruning(context);
  return plan === undefined ? pruneAtOnce(context) : train(context, plan);
};

async function* pruneAtOnce(context: PruneContext): AsyncGenerator<WorkerEvent, void, void> {
  yield { kind: 'started' };
  yield* finishPruned(context, await loadModel(inputFile(context, 'model')));
}

function planPruning(context: PruneContext): TrainingPlan | undefined {
  const { pruning } = context.recipe;
  switch (pruning.kind) {
    case 'none':
    case 'random':
    case 'batchnorm-scale':
      return undefined;
    case 'magnitude':
      return pruning.schedule && planSchedule(context, pruning, pruning.schedule);
    case 'learned-scores':
    case 'filter-l1':
      return pruning.training && planScores(context, pruning, pruning.training);
    case 'gradient':
      return planGradient(context, pruning);
  }
}

type PruningOf<Kind extends Pruning['kind']> = Extract<Pruning, { kind: Kind }>;

function planSchedule(
  context: PruneContext,
  pruning: PruningOf<'magnitude'>,
  schedule: NonNullable<PruningOf<'magnitude'>['schedule']>,
): TrainingPlan {
  const { training } = schedule;
  const policy = followSchedule(pruning, schedule, chanceOf(context));
  return {
    training,
    learningRateAt: (position) => scheduledRate(training, gapAt(schedule, position)),
    origin: originOf(context),
    open: (from) => openSession(training, from, policy),
    finish: (trained) => finishPruned(context, trained),
  };
}

function planScores(
  context: PruneContext,
  pruning: PruningOf<'learned-scores' | 'filter-l1'>,
  training: PruningOf<'learned-scores'>['training'],
): TrainingPlan {
  return {
    training,
    learningRateAt: (position) => scheduledRate(training, position),
    origin: originOf(context),
    open: (from) => openScoreSession(training, pruning, from),
    finish: (trained) => finishPruned(context, { ...trained, scores: arraysIn(trained, scoreSlot) }),
  };
}

function planGradient(
  context: PruneContext,
  { objective, batch, batches }: PruningOf<'gradient'>,
): TrainingPlan {
  const training = trainingSchema.parse({ objective, batch, epochs: 1 });
  return {
    training,
    countSteps: ({ stepsPerEpoch }) => Math.min(batches, stepsPerEpoch),
    origin: originOf(context),
    open: (from) => openGradientSession(training, from),
    finish: (trained) => finishPruned(context, { ...trained, scores: sensitivities(trained) }),
  };
}

/** SNIP (Lee et al. 2019, arXiv:1810.02340): gradient times weight; its magnitude ranks. */
function sensitivities(trained: TrainingSnapshot): ParameterSet {
  const gradients = arraysIn(trained, gradientSlot);
  return new Map(
    [...gradients].map(([name, { shape, values }]) => {
      const weights = trained.parameters.get(name)!.values;
      return [name, { shape, values: values.map((gradient, index) => gradient * weights[index]!) }];
    }),
  );
}

async function* finishPruned(
  context: PruneContext,
  model: ScoredModel,
): AsyncGenerator<WorkerEvent, void, void> {
  const { pruning, seed } = context.recipe;
  const { graph } = model;
  const { masks, warnings } = makeMasks(pruning, model, chanceOf(context));
  for (const text of warnings) yield { kind: 'log', level: 'warning', text };
  const isNew = pruning.kind !== 'none' && pruning.weights === 'new';
  const weights = isNew
    ? initializeParameters(graph, createRandom(seed, 'prune', 'new-weights'))
    : model.parameters;
  yield* finishWithModel(context, { graph, parameters: applyMasks(weights, masks), masks });
}

const chanceOf = ({ recipe }: PruneContext) => createRandom(recipe.seed, 'prune');
const originOf = (context: PruneContext) => () => loadModel(inputFile(context, 'model'));
