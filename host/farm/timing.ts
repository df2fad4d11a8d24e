/** How long the farm waits for what, in milliseconds. */
export type Timing = {
  /** From a soft stop to the kill. */
  readonly graceMs: number;
  /** From the start of a worker process to its `ready`. */
  readonly readyMs: number;
  /** From the word that an idle worker may leave to the kill. */
  readonly exitMs: number;
  /** After this time without a stage a worker process leaves and gives its memory back. */
  readonly idleMs: number;
  /** How often the queue is read anew for stages that another process submitted. */
  readonly pollMs: number;
};

export const defaultTiming: Timing = {
  graceMs: 30_000,
  readyMs: 120_000,
  exitMs: 5_000,
  idleMs: 120_000,
  pollMs: 2_000,
};
