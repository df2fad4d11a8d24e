import { z } from 'zod';
import {
  epsilonSchema,
  nonNegativeFractionSchema,
  norms,
  positiveFractionSchema,
  shareSchema,
} from './quantities.ts';
import { sourceSchema, type Source } from './source.ts';

const attackFields = {
  norm: z.enum(norms).default('linf'),
  epsilon: epsilonSchema.prefault('8/255'),
  steps: z.int().positive().max(1000).default(10),
  stepSize: positiveFractionSchema.prefault('2/255'),
};
/** Radius of a certified objective, in linf, and the share of the stage's steps over which it rises linearly from 0. */
const rampedBall = (ramp: number) => ({
  epsilon: epsilonSchema.prefault('2/255'),
  ramp: shareSchema.prefault(ramp),
});
const sigma = positiveFractionSchema.prefault(0.25);

/**
 * Inputs of no class, one beside each example: training images of a dataset, or made ones, never those that an
 * evaluation of the same source sees.
 */
const outliers = sourceSchema;

/** What a training stage minimises (science.md, sections 2 and 5). A bare name takes the defaults. */
const objectiveUnion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('natural') }),
  z.strictObject({
    kind: z.literal('adversarial'),
    ...attackFields,
    randomStart: z.boolean().default(true),
  }),
  /** `weight` is 1 / lambda of Zhang et al. 2019 (arXiv:1901.08573). */
  z.strictObject({
    kind: z.literal('trades'),
    ...attackFields,
    weight: nonNegativeFractionSchema.prefault(6),
  }),
  /** Interval bound propagation (arXiv:1810.12715); the natural loss's share falls from 1 to `naturalShare` with the ramp. */
  z.strictObject({
    kind: z.literal('interval'),
    ...rampedBall(0.6),
    naturalShare: shareSchema.prefault(0.5),
  }),
  /** CROWN-IBP (arXiv:1906.06316): beta falls from 1 to 0 with the ramp. */
  z.strictObject({ kind: z.literal('crown-interval'), ...rampedBall(0.6) }),
  /** MixTrain (arXiv:1811.02625): `examples` of a batch, drawn with `probability`, count by their worst-case logits too. */
  z.strictObject({
    kind: z.literal('mixed-symbolic'),
    ...rampedBall(1 / 6),
    probability: shareSchema.prefault(0.8),
    examples: z.int().positive().max(4096).default(5),
  }),
  /** Li et al. 2019 (arXiv:1809.03113), with the weights of HYDRA. */
  z.strictObject({ kind: z.literal('stability'), sigma, weight: nonNegativeFractionSchema.prefault(6) }),
  /** Gaussian augmentation (arXiv:1902.02918). */
  z.strictObject({ kind: z.literal('gaussian'), sigma }),
  /** Hendrycks et al. 2019 (arXiv:1812.04606): plus `weight` times the cross-entropy of outliers to all classes alike. */
  z.strictObject({
    kind: z.literal('outlier-exposure'),
    outliers,
    weight: nonNegativeFractionSchema.prefault(0.5),
  }),
  /**
   * Liu et al. 2020 (arXiv:2010.03759, equation 8): plus `weight` times squared hinges that hold the energy, minus
   * logsumexp of the logits, of images below `energyInside` and of outliers above `energyOutside`.
   */
  z.strictObject({
    kind: z.literal('energy-tuned'),
    outliers,
    weight: nonNegativeFractionSchema.prefault(0.1),
    energyInside: z.number().default(-23),
    energyOutside: z.number().default(-5),
  }),
  /** Outliers are a class of their own, the last: a network trained so anywhere in its run has one output more. */
  z.strictObject({
    kind: z.literal('background-class'),
    outliers,
    weight: nonNegativeFractionSchema.prefault(0.1),
  }),
  /**
   * ALOE (arXiv:2003.09711): images and outliers are both attacked, the outliers away from what is wanted of them: all
   * classes alike, or with `background` the background class.
   */
  z.strictObject({
    kind: z.literal('outlier-adversarial'),
    outliers,
    ...attackFields,
    randomStart: z.boolean().default(true),
    weight: nonNegativeFractionSchema.prefault(0.5),
    background: z.boolean().default(false),
  }),
  /**
   * Lee et al. 2018 (arXiv:1711.09325, equation 4): plus `weight`, their beta, times KL(uniform || p) of images that a GAN
   * beside the network generates, which shall look like the task's and yet be of no class. From the authors' code: as
   * many normal numbers make an image as `latent` says, and Adam trains both networks of the GAN with beta1 0.5 at
   * `ganLearningRate`, whatever the schedule. `channels` of the finest layer, twice as many of the coarser one.
   */
  z.strictObject({
    kind: z.literal('calibrated'),
    weight: nonNegativeFractionSchema.prefault(0.1),
    latent: z.int().positive().max(4096).default(100),
    channels: z.int().positive().max(512).default(32),
    ganLearningRate: positiveFractionSchema.default(2e-4),
  }),
]);
export const objectiveSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  objectiveUnion,
);
export type Objective = z.output<typeof objectiveSchema>;
export type ObjectiveKind = Objective['kind'];

export const outliersOf = (objective: Objective): Source | undefined =>
  'outliers' in objective ? objective.outliers : undefined;

/** Whether outliers are a class of their own. */
export const hasBackground = (objective: Objective): boolean =>
  objective.kind === 'background-class' || (objective.kind === 'outlier-adversarial' && objective.background);

/** Whether it learns something of its own from step to step, so that a single batch says nothing of it. */
export const carriesState = ({ kind }: Pick<Objective, 'kind'>): boolean => kind === 'calibrated';

const optimizerUnion = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: positiveFractionSchema.default(0.1),
    momentum: z.number().min(0).max(1).default(0.9),
    nesterov: z.boolean().default(false),
    weightDecay: nonNegativeFractionSchema.default(1e-4),
    /** Coupled: added to the gradient (PyTorch SGD). Decoupled: applied to the weight itself. */
    decay: z.enum(['coupled', 'decoupled']).default('coupled'),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    learningRate: positiveFractionSchema.default(1e-3),
    beta1: z.number().min(0).max(1).default(0.9),
    beta2: z.number().min(0).max(1).default(0.999),
    stabilizer: positiveFractionSchema.default(1e-8),
    weightDecay: nonNegativeFractionSchema.default(0),
    /** Coupled: PyTorch's Adam. Decoupled: AdamW. */
    decay: z.enum(['coupled', 'decoupled']).default('coupled'),
  }),
]);
export const optimizerSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  optimizerUnion,
);
export type Optimizer = z.output<typeof optimizerSchema>;

const scheduleUnion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmupEpochs: z.number().min(0).default(0) }),
  z.strictObject({ kind: z.literal('cosine'), warmupEpochs: z.number().min(0).default(0) }),
  z.strictObject({
    kind: z.literal('step'),
    everyEpochs: z.int().positive(),
    factor: positiveFractionSchema.default(0.1),
    warmupEpochs: z.number().min(0).default(0),
  }),
]);
const scheduleSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  scheduleUnion,
);
export type Schedule = z.output<typeof scheduleSchema>;

/** One training stage: pre-training or fine-tuning. */
export const trainingSchema = z.strictObject({
  objective: objectiveSchema,
  epochs: z.int().min(0).max(10_000),
  batch: z.int().positive().max(4096).default(128),
  optimizer: optimizerSchema.prefault('sgd'),
  schedule: scheduleSchema.prefault('cosine'),
  /** `dataset`: what the dataset's manifest names (crop and flip for 32x32 colour images). */
  augmentation: z.enum(['dataset', 'none']).default('dataset'),
  /** Weight of the L1 norm of all batch-norm scales in the loss (network slimming, arXiv:1708.06519); left out: none. */
  scalePenalty: positiveFractionSchema.optional(),
});
export type Training = z.output<typeof trainingSchema>;

/** Training inside a study may name the objective of the run's pre-training instead of repeating it. */
export const matchedTrainingSchema = trainingSchema.extend({
  objective: z.union([z.literal('matched'), objectiveSchema]).default('matched'),
});
export type MatchedTraining = z.output<typeof matchedTrainingSchema>;

export const matchTraining = (
  { objective, ...training }: MatchedTraining,
  pretraining: Objective,
): Training => ({ ...training, objective: objective === 'matched' ? pretraining : objective });
