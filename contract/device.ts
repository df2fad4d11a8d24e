import { z } from 'zod';

export const deviceKinds = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type DeviceKind = (typeof deviceKinds)[number];
export const engineKindSchema = z.enum(['wasm', 'onnx', 'tensorflow']);
export type EngineKind = z.output<typeof engineKindSchema>;

export const deviceSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(deviceKinds),
  name: z.string(),
  engine: engineKindSchema,
  /** Engines that it can compute with besides, for a stage that began on one of them. */
  otherEngines: z.array(engineKindSchema).optional(),
  slots: z.int().positive(),
  /** How many threads each slot may use; left out: 1. */
  threads: z.int().positive().optional(),
  memoryBytes: z.number().optional(),
  availability: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('available') }),
    /** It works, and nothing is executed on it: another device was chosen. */
    z.strictObject({ kind: z.literal('standby'), remedy: z.string() }),
    z.strictObject({ kind: z.literal('unavailable'), reason: z.string(), remedy: z.string() }),
  ]),
});
export type Device = z.output<typeof deviceSchema>;

/** What made a number: recorded with every attempt, printed in every report. */
export const environmentSchema = z.strictObject({
  redoubt: z.string(),
  engine: engineKindSchema,
  engineVersion: z.string(),
  device: z.string(),
  node: z.string(),
  platform: z.string(),
});
export type Environment = z.output<typeof environmentSchema>;
