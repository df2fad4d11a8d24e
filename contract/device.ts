import { z } from 'zod';

const deviceKinds = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
const engineKinds = ['wasm', 'onnx', 'tensorflow'] as const;

export const deviceSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(deviceKinds),
  name: z.string(),
  engine: z.enum(engineKinds),
  slots: z.int().positive(),
  memoryBytes: z.number().optional(),
  availability: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('available') }),
    z.strictObject({ kind: z.literal('unavailable'), reason: z.string(), remedy: z.string() }),
  ]),
});
export type Device = z.output<typeof deviceSchema>;

/** What made a number: recorded with every attempt, printed in every report. */
export const environmentSchema = z.strictObject({
  redoubt: z.string(),
  engine: z.enum(engineKinds),
  engineVersion: z.string(),
  device: z.string(),
  node: z.string(),
  platform: z.string(),
});
export type Environment = z.output<typeof environmentSchema>;
