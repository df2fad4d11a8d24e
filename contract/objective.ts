import { z } from 'zod';
import { epsilonSchema, nonNegativeFractionSchema, norms, positiveFractionSchema } from './quantities.ts';

/** What a training stage minimises (science.md, section 2). A bare name takes the defaults. */
const objectiveUnion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('natural') }),
  z.strictObject({
    kind: z.literal('adversarial'),
    norm: z.enum(norms).default('linf'),
    epsilon: epsilonSchema.prefault('8/255'),
    steps: z.int().positive().max(1000).default(10),
    stepSize: positiveFractionSchema.prefault('2/255'),
    randomStart: z.boolean().default(true),
  }),
]);
export const objectiveSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  objectiveUnion,
);
export type Objective = z.output<typeof objectiveSchema>;
export type ObjectiveKind = Objective['kind'];

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
});
export type Training = z.output<typeof trainingSchema>;
