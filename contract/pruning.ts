import { z } from 'zod';
import {
  matchedTrainingSchema,
  objectiveSchema,
  trainingSchema,
  type MatchedTraining,
  type Objective,
  type Training,
} from './objective.ts';
import { densitySchema } from './quantities.ts';

const scope = z.enum(['layer', 'network']);

/**
 * What the kept weights are when pruning ends. `trained`: as they were. `new`: initialised anew from the seed, so that
 * fine-tuning trains the masked network from scratch (the scratch control).
 */
const weights = z.enum(['trained', 'new']).optional();

const usualRounds = 5;
const usualEvery = 50;

/** Ways of choosing the mask in more than one shot; `training.epochs` is the whole budget, whatever the rounds. */
const scheduleUnion = <Training extends z.ZodType>(training: Training) =>
  z.discriminatedUnion('kind', [
    /** Prunes `rounds` times to densities that fall geometrically; the training is divided over the gaps between. */
    z.strictObject({
      kind: z.literal('iterative'),
      rounds: z.int().min(2).max(100).default(usualRounds),
      training,
    }),
    /** Zhu and Gupta 2017 (arXiv:1710.01878): sparsity rises by the cubic schedule, a new mask every `every` steps. */
    z.strictObject({
      kind: z.literal('gradual'),
      every: z.int().positive().max(100_000).default(usualEvery),
      training,
    }),
  ]);

const oneShotIsNone = (schedule: unknown): unknown => (schedule === 'one-shot' ? undefined : schedule);

/**
 * Which weights a pruning stage keeps (science.md, section 2). Density counts weights; of the structured strategies
 * (`filter-l1`, `batchnorm-scale`) it counts channels.
 */
const pruningUnion = <Training extends z.ZodType, Loss extends z.ZodType>(
  training: Training,
  objective: Loss,
) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('random'),
      density: densitySchema,
      scope: scope.default('network'),
      weights,
    }),
    z.strictObject({
      kind: z.literal('magnitude'),
      density: densitySchema,
      scope: scope.default('network'),
      /** Left out, or `one-shot`: once. */
      schedule: z.preprocess(oneShotIsNone, scheduleUnion(training).optional()),
      weights,
    }),
    /** HYDRA (arXiv:2002.10509): scores are trained, weights stand still. */
    z.strictObject({
      kind: z.literal('learned-scores'),
      density: densitySchema,
      scope: scope.default('layer'),
      training,
      weights,
    }),
    /** SNIP (arXiv:1810.02340): |gradient * weight| over the first `batches` of an epoch. */
    z.strictObject({
      kind: z.literal('gradient'),
      density: densitySchema,
      scope: scope.default('network'),
      objective,
      batches: z.int().positive().max(10_000).default(1),
      batch: z.int().positive().max(4096).default(128),
      weights,
    }),
    /** Whole filters (Li et al. 2017, arXiv:1608.08710), by the L1 norm of their weights or, given a training, of learned scores. */
    z.strictObject({
      kind: z.literal('filter-l1'),
      density: densitySchema,
      scope: scope.default('layer'),
      training: training.optional(),
      weights,
    }),
    /** Network slimming (Liu et al. 2017, arXiv:1708.06519): the channels with the smallest batch-norm scales. */
    z.strictObject({ kind: z.literal('batchnorm-scale'), density: densitySchema, weights }),
  ]);

const named = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' ? { kind: value } : value), schema);

export const pruningSchema = named(pruningUnion(trainingSchema, objectiveSchema));
export type Pruning = z.output<typeof pruningSchema>;
export type PruningKind = Pruning['kind'];

/** As a study says it: `matched` stands for the objective of pre-training. */
export const matchedPruningSchema = named(
  pruningUnion(matchedTrainingSchema, z.union([z.literal('matched'), objectiveSchema]).default('matched')),
);
export type MatchedPruning = z.output<typeof matchedPruningSchema>;

/** A pruning with `matched` replaced by what it matches, and nothing written that is meant anyway. */
export const matchPruning = (pruning: MatchedPruning, pretraining: Objective): Pruning =>
  mapObjective(settleWeights(pruning), (objective) => (objective === 'matched' ? pretraining : objective));

/** `trained` written out is what leaving it out means: one meaning, one content key. */
const settleWeights = (pruning: MatchedPruning): MatchedPruning =>
  pruning.kind === 'none' || pruning.weights !== 'trained' ? pruning : { ...pruning, weights: undefined };

/** The pruning with another objective in place of the one that it has, if it has any. */
export function mapObjective(
  pruning: MatchedPruning,
  replace: (objective: 'matched' | Objective) => Objective,
): Pruning {
  const train = ({ objective, ...training }: MatchedTraining): Training => ({
    ...training,
    objective: replace(objective),
  });
  switch (pruning.kind) {
    case 'none':
    case 'random':
    case 'batchnorm-scale':
      return pruning;
    case 'magnitude': {
      const { schedule, ...rest } = pruning;
      if (schedule === undefined) return rest;
      return { ...rest, schedule: { ...schedule, training: train(schedule.training) } };
    }
    case 'learned-scores':
      return { ...pruning, training: train(pruning.training) };
    case 'gradient':
      return { ...pruning, objective: replace(pruning.objective) };
    case 'filter-l1': {
      const { training, ...rest } = pruning;
      return training === undefined ? rest : { ...rest, training: train(training) };
    }
  }
}

/** What a pruning minimises on the way, or measures; none where masks are chosen without. */
export const objectiveOf = (pruning: Pruning): Objective | undefined =>
  pruning.kind === 'gradient' ? pruning.objective : trainingOf(pruning)?.objective;

/** The training inside a pruning stage; none where masks are chosen without. */
export function trainingOf(pruning: Pruning): z.output<typeof trainingSchema> | undefined {
  switch (pruning.kind) {
    case 'magnitude':
      return pruning.schedule?.training;
    case 'learned-scores':
    case 'filter-l1':
      return pruning.training;
    case 'none':
    case 'random':
    case 'gradient':
    case 'batchnorm-scale':
      return undefined;
  }
}

/** The kept fraction that a pruning asks for. */
export const densityOf = (pruning: Pruning | MatchedPruning): number =>
  pruning.kind === 'none' ? 1 : pruning.density;

type Schedule = Extract<Pruning, { kind: 'magnitude' }>['schedule'];

/** The budget is the same for all that are compared, and named nowhere. */
function scheduleName(schedule: Schedule): string {
  switch (schedule?.kind) {
    case undefined:
      return '';
    case 'iterative':
      return schedule.rounds === usualRounds ? 'iterative' : `iterative ${schedule.rounds} rounds`;
    case 'gradual':
      return schedule.every === usualEvery ? 'gradual' : `gradual every ${schedule.every}`;
  }
}

/** Short name within a plan: `magnitude 0.1 network iterative`, with what departs from the defaults spelled out. */
export const pruningName = (pruning: Exclude<Pruning, { kind: 'none' }>): string =>
  [
    pruning.kind,
    String(pruning.density),
    'scope' in pruning ? pruning.scope : '',
    pruning.kind === 'magnitude' ? scheduleName(pruning.schedule) : '',
    pruning.kind === 'filter-l1' && pruning.training !== undefined ? 'learned scores' : '',
    pruning.weights === 'new' ? 'new weights' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
