import { z } from 'zod';
import { engineKindSchema, environmentSchema } from './device.ts';
import { failureSchema } from './failure.ts';
import { metricPointsSchema } from './metric.ts';
import { exampleOutcomesSchema } from './outcomes.ts';
import { recipeSchema, stageKeySchema } from './stage.ts';

/**
 * Messages between the host and one worker process (Node IPC, structured clone).
 * Paths are relative to the workspace, with forward slashes, so that a workspace can be moved.
 */
const attempt = z.int().positive();
const relativePath = z
  .string()
  .regex(/^(?!\/)(?!.*\.\.)[^\\]*$/, 'A path inside the workspace was expected.');

const artifactSchema = z.strictObject({
  /** Folder of everything the stage leaves behind. */
  folder: relativePath,
  /** The file that downstream stages open: `split.json` or `model.safetensors`; none after an evaluation. */
  file: relativePath.optional(),
  sha256: z.string().optional(),
  bytes: z.number().min(0),
});
export type Artifact = z.output<typeof artifactSchema>;

/** A file of the stage's folder whose name begins with `checkpoint-`; the host removes them once the stage is done. */
const checkpointSchema = z.strictObject({
  path: relativePath,
  sha256: z.string(),
  step: z.int().min(0),
  /** What computed it: going on with another engine gives other last digits. Old checkpoints do not say. */
  engine: engineKindSchema.optional(),
});
export type Checkpoint = z.output<typeof checkpointSchema>;

export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    attempt,
    stage: stageKeySchema,
    recipe: recipeSchema,
    /** Artifact file of every input stage, by role (`data`, `model`). */
    inputs: z.record(z.string(), relativePath),
    /** Folder that the stage may write to; it exists. */
    folder: relativePath,
    resume: checkpointSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('ack'), attempt, through: z.int().min(0) }),
  /** Soft stop: write a checkpoint, say `stopped`, stay ready for the next stage. */
  z.strictObject({ kind: z.literal('stop'), attempt }),
  z.strictObject({ kind: z.literal('exit') }),
]);
export type HostMessage = z.output<typeof hostMessageSchema>;
export type StartMessage = Extract<HostMessage, { kind: 'start' }>;

const workerEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('started'), resumedFromStep: z.int().min(0).optional() }),
  z.strictObject({
    kind: z.literal('progress'),
    done: z.number().min(0),
    total: z.number().positive(),
    /** What is counted: `examples` or `images`. Rates shown to people are in this unit per second. */
    unit: z.string(),
    /** What is being done, in words: `epoch 3 of 10`. */
    note: z.string().default(''),
  }),
  z.strictObject({ kind: z.literal('metric'), points: z.array(metricPointsSchema) }),
  z.strictObject({ kind: z.literal('example-outcomes'), outcomes: exampleOutcomesSchema }),
  z.strictObject({ kind: z.literal('checkpoint'), checkpoint: checkpointSchema }),
  z.strictObject({ kind: z.literal('log'), level: z.enum(['info', 'warning']), text: z.string() }),
  z.strictObject({ kind: z.literal('finished'), artifact: artifactSchema }),
  z.strictObject({ kind: z.literal('failed'), failure: failureSchema }),
  z.strictObject({ kind: z.literal('stopped') }),
]);
export type WorkerEvent = z.output<typeof workerEventSchema>;

export const workerMessageSchema = z.discriminatedUnion('kind', [
  /** Once, when the engine is up and the worker can take a stage. */
  z.strictObject({ kind: z.literal('ready'), environment: environmentSchema }),
  /** Events in order; `seq` counts the attempt's batches from 1 and is sent again until acknowledged. */
  z.strictObject({
    kind: z.literal('batch'),
    attempt,
    seq: z.int().positive(),
    events: z.array(workerEventSchema).min(1),
  }),
]);
export type WorkerMessage = z.output<typeof workerMessageSchema>;
