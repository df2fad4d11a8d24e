import type { StepPosition } from '#workers/optimizers/schedules.ts';

/**
 * How much of a ramp over the share `ramp` of a stage's steps lies behind a step: 0 at the first step, rising evenly to
 * 1. Without a position every ramp is over.
 */
export function rampedShare(ramp: number, position: StepPosition | undefined): number {
  if (position === undefined) return 1;
  const steps = ramp * position.epochs * position.stepsPerEpoch;
  return position.step >= steps ? 1 : position.step / steps;
}

/** Along a straight line from `first` to `last`, reached exactly when the ramp is over. */
export const between = (first: number, last: number, share: number): number =>
  share === 1 ? last : first + (last - first) * share;

/**
 * Weight of the worst-case loss in MixTrain (Wang et al. 2018): constant over the ramp, then 2.5 times as great every
 * five epochs, 50 at most. Without a position it counts epochs from the end of the ramp.
 */
export function symbolicWeight(ramp: number, epoch: number, position: StepPosition | undefined): number {
  const rampEpochs = position === undefined ? 0 : ramp * position.epochs;
  return Math.min(50, 0.1 * 2.5 ** Math.floor(Math.max(epoch - rampEpochs, 0) / 5));
}
