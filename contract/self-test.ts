import { z } from 'zod';

/** One thing that an engine was asked, and how far its answer was from the stored one. */
const selfTestCheckSchema = z.strictObject({
  name: z.string(),
  /** Greatest difference, relative to the greatest stored number; absent where no answer came that could be compared. */
  error: z.number().optional(),
  tolerance: z.number().positive(),
  verdict: z.enum(['passed', 'failed']),
  /** Why there was nothing to compare. */
  reason: z.string().optional(),
});
export type SelfTestCheck = z.output<typeof selfTestCheckSchema>;

/** What a process that tests an engine says to whoever started it (Node IPC). */
export const selfTestMessageSchema = z.discriminatedUnion('kind', [
  /** The engine is up. */
  z.strictObject({ kind: z.literal('started'), device: z.string(), checks: z.int().positive() }),
  z.strictObject({ kind: z.literal('check'), check: selfTestCheckSchema }),
  z.strictObject({ kind: z.literal('ended') }),
]);
export type SelfTestMessage = z.output<typeof selfTestMessageSchema>;
