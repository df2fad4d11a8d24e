import type { Training } from '#contract/objective.ts';
import type { RecipeOf } from '#contract/stage.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { learningRateAt, type StepPosition } from '#workers/optimizers/schedules.ts';
import { finishWithModel } from './finish-with-model.ts';
import type { Model } from './model-file.ts';
import type { StageContext } from './procedure.ts';
import type { TrainingSnapshot } from './training-checkpoint.ts';
import type { TrainingData } from './training-data.ts';
import { openSession, type TrainingSession } from './training-session.ts';

/** What a stage trains, how, and what becomes of it. */
export type TrainingPlan = {
  readonly training: Training;
  /** Left out: as many as the epochs of `training` have. */
  readonly countSteps?: (data: TrainingData) => number;
  /** Left out: nothing moves. */
  readonly learningRateAt?: (position: StepPosition) => number;
  readonly origin: () => Promise<Model> | Model;
  readonly open: (origin: Model | TrainingSnapshot) => TrainingSession;
  readonly finish: (trained: TrainingSnapshot) => AsyncGenerator<WorkerEvent, void, void>;
};

/** Pre-training and fine-tuning: all weights but the pruned ones, and what was trained is the model. */
export function planWeights(
  context: StageContext & { readonly recipe: RecipeOf<'pretrain' | 'finetune'> },
  origin: TrainingPlan['origin'],
): TrainingPlan {
  const { training } = context.recipe;
  return {
    training,
    learningRateAt: (position) => scheduledRate(training, position),
    origin,
    open: (from) => openSession(training, from),
    finish: ({ graph, masks, parameters }) => finishWithModel(context, { graph, masks, parameters }),
  };
}

export const scheduledRate = ({ schedule, optimizer }: Training, position: StepPosition): number =>
  learningRateAt(schedule, optimizer.learningRate, position);
