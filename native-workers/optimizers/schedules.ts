import type { Schedule } from '#contract/objective.ts';

/** Where in a training stage a step lies; `step` counts from 0 over the whole stage. */
export type StepPosition = { readonly step: number; readonly stepsPerEpoch: number; readonly epochs: number };

/** The learning rate of one step. */
export function learningRateAt(schedule: Schedule, base: number, position: StepPosition): number {
  throw new Error(`Not yet written (${schedule.kind}, ${base}, ${position.step}).`);
}
