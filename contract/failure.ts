import { z } from 'zod';

/** Why an attempt ended without a result. */
export const failureKinds = [
  'out-of-memory',
  'diverged',
  'worker-died',
  'defect',
  'bad-input',
  'disk-full',
  'cancelled',
  'interrupted',
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** What a person is told: what happened, and what to do. */
export const failureSchema = z.strictObject({
  kind: z.enum(failureKinds),
  message: z.string(),
  remedy: z.string(),
  detail: z.string().optional(),
});
export type Failure = z.output<typeof failureSchema>;

/** Whether trying the same stage again can help by itself. `interrupted` goes on from its last checkpoint. */
export const retryHelps: Record<FailureKind, boolean> = {
  'out-of-memory': true,
  diverged: false,
  'worker-died': true,
  defect: false,
  'bad-input': false,
  'disk-full': false,
  cancelled: false,
  interrupted: true,
};
