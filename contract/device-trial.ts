import { z } from 'zod';

/** What a process that tried a device writes on its standard output. */
export const deviceTrialSchema = z.discriminatedUnion('kind', [
  /** It computed known answers; `speed` is how many times as fast as one thread of the processor it was. */
  z.strictObject({ kind: z.literal('passed'), speed: z.number().positive() }),
  z.strictObject({ kind: z.literal('failed'), reason: z.string() }),
]);
export type DeviceTrial = z.output<typeof deviceTrialSchema>;
